#include "engine/subgraph.h"

#include <gtest/gtest.h>

#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

// y = If(cond, x): then -x, else x. The branches leave the type of their input open.
ModelBuilder::File OpenBranches(ElementType type) {
  ModelBuilder builder;
  const int condition = builder.AddInput("cond", ElementType::kBool, {});
  const int x = builder.AddInput("x", type, {2});
  const int y = builder.AddResult("y");
  builder.MarkOutput(y);
  format::IfT attrs;
  attrs.then_branch = 1;
  attrs.else_branch = 2;
  builder.AddOp(format::OpCode::If, attrs, {condition, x}, {y}, "if");
  for (format::OpCode code : {format::OpCode::Neg, format::OpCode::Identity}) {
    auto branch = std::make_unique<format::SubgraphT>();
    for (const char* name : {"in", "out"}) {
      branch->tensors.push_back(std::make_unique<format::TensorT>());
      branch->tensors.back()->name = name;
    }
    branch->ops.push_back(std::make_unique<format::OpT>());
    branch->ops[0]->code = code;
    branch->ops[0]->inputs = {0};
    branch->ops[0]->outputs = {1};
    branch->inputs = {0};
    branch->outputs = {1};
    builder.model().subgraphs.push_back(std::move(branch));
  }
  return builder.Finish();
}

TEST(Subgraph, TakesTheTypeOfWhatGoesIn) {
  const ModelBuilder::File floats = OpenBranches(ElementType::kFloat32), ints = OpenBranches(ElementType::kInt32);
  for (bool condition : {true, false}) {
    const Model model = OpenModel(floats, AllOps());
    Session session = NewSession(model);
    *session.Input(0)->data<uint8_t>() = condition;
    SetInput(session, 1, {1, -2});
    MustRun(session);
    EXPECT_EQ(GetOutput(session, 0), condition ? std::vector<float>({-1, 2}) : std::vector<float>({1, -2}));

    const Model other = OpenModel(ints, AllOps());
    Session of_ints = NewSession(other);
    *of_ints.Input(0)->data<uint8_t>() = condition;
    of_ints.Input(1)->data<int32_t>()[0] = 7;
    of_ints.Input(1)->data<int32_t>()[1] = 8;
    MustRun(of_ints);
    ASSERT_NE(of_ints.Output(0)->data<int32_t>(), nullptr);
    EXPECT_EQ(of_ints.Output(0)->data<int32_t>()[1], condition ? -8 : 8);
  }
}

// y = If(cond): then 1, else 2. The branches have neither inputs nor ops.
TEST(Subgraph, MayConsistOfAConstant) {
  ModelBuilder builder;
  const int condition = builder.AddInput("cond", ElementType::kBool, {});
  const int one = builder.AddConstant("one", F32({1}, {1})), two = builder.AddConstant("two", F32({1}, {2}));
  const int y = builder.AddResult("y");
  builder.MarkOutput(y);
  format::IfT attrs;
  attrs.then_branch = 1;
  attrs.else_branch = 2;
  builder.AddOp(format::OpCode::If, attrs, {condition}, {y}, "if");
  for (const int constant : {one, two}) {
    auto branch = std::make_unique<format::SubgraphT>();
    const format::TensorT& source = builder.tensor(constant);
    auto tensor = std::make_unique<format::TensorT>();
    tensor->name = source.name;
    tensor->type = source.type;
    tensor->shape = source.shape;
    tensor->role = source.role;
    tensor->offset = source.offset;
    tensor->bytes = source.bytes;
    branch->tensors.push_back(std::move(tensor));
    branch->outputs = {0};
    builder.model().subgraphs.push_back(std::move(branch));
  }
  const ModelBuilder::File file = builder.Finish();
  const Model model = OpenModel(file, AllOps());
  Session session = NewSession(model);
  for (const bool taken : {true, false, true}) {
    *session.Input(0)->data<uint8_t>() = taken;
    MustRun(session);
    EXPECT_EQ(GetOutput(session, 0), std::vector<float>({taken ? 1.0f : 2.0f}));
  }
}

}  // namespace
}  // namespace linnet::testing
