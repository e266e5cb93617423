#include "engine/verify.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;
using format::Role;

constexpr ElementType kF32 = ElementType::kFloat32;

// x [2, 3] -> Relu -> a; Add(a, w) -> y; a state s with the next value n. Tensors by name:
enum : int { kX, kW, kA, kY, kS, kN };

struct Small {
  ModelBuilder builder;
  Small() {
    builder.AddInput("x", kF32, {2, 3});
    builder.AddConstant("w", Random(kF32, {2, 3}));
    builder.AddResult("a");
    builder.AddResult("y");
    builder.AddResult("s", kF32, {2, 3});
    builder.AddResult("n");
    builder.tensor(kS).role = Role::State;
    builder.AddOp(OpCode::Relu, {kX}, {kA}, "relu");
    builder.AddOp(OpCode::Add, {kA, kW}, {kY}, "add");
    builder.AddOp(OpCode::Add, {kS, kY}, {kN}, "accumulate");
    builder.MarkOutput(kY);
    AddState(kS, kN);
  }
  void AddState(int input, int output) {
    builder.model().states.push_back(std::make_unique<format::StateT>());
    builder.model().states.back()->input = input;
    builder.model().states.back()->output = output;
  }
  format::TensorT& tensor(int i) { return builder.tensor(i); }
  format::SubgraphT& graph() { return *builder.model().subgraphs[0]; }
  format::OpT& op(int i) { return *graph().ops[static_cast<size_t>(i)]; }
};

Status Open(const void* data, size_t size) { return std::move(Model::FromBuffer(data, size, TestOps()).status()); }

void ExpectDamaged(const std::function<void(Small&)>& damage, const char* part,
                   StatusCode code = StatusCode::kInvalidModel) {
  SCOPED_TRACE(part);
  Small small;
  damage(small);
  const auto file = small.builder.Finish();
  ExpectError(Open(file.data(), file.size()), code, part);
}

TEST(Verify, TheSmallModelIsGood) {
  const auto file = Small().builder.Finish();
  const Status status = Open(file.data(), file.size());
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(Verify, TruncatedAnywhere) {
  const auto file = Small().builder.Finish();
  for (size_t size = 0; size < file.size(); ++size) {
    // A copy of exactly these bytes, so that a sanitizer sees every read behind them.
    const std::unique_ptr<uint8_t[]> copy(new uint8_t[size]);
    std::memcpy(copy.get(), file.data(), size);
    const Status status = Open(copy.get(), size);
    ASSERT_EQ(status.code(), StatusCode::kInvalidModel) << size << ": " << status.message();
  }
}

TEST(Verify, LongerThanItSays) {
  const auto file = Small().builder.Finish();
  std::vector<uint64_t> longer(file.size() / 8 + 100);
  std::memcpy(longer.data(), file.data(), file.size());
  const Status status = Open(longer.data(), longer.size() * 8);
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(Verify, TensorRankAndSizes) {
  ExpectDamaged([](Small& m) { m.tensor(kA).shape.assign(9, 1); }, "tensor 'a': rank 9");
  ExpectDamaged([](Small& m) { m.tensor(kA).shape = {int64_t{1} << 32, int64_t{1} << 32}; }, "product overflows");
  ExpectDamaged([](Small& m) { m.tensor(kX).shape = {INT64_MAX, 2}; }, "product overflows");
  ExpectDamaged([](Small& m) { m.tensor(kX).shape = {0, INT64_MAX, 2}; }, "product overflows");
  ExpectDamaged([](Small& m) { m.tensor(kW).shape = {-2, 3}; }, "sizes are negative");
  ExpectDamaged([](Small& m) { m.tensor(kW).shape = {-2, -3}; }, "sizes are negative");
  ExpectDamaged([](Small& m) { m.tensor(kS).shape = {-1, 3}; }, "sizes are negative");
}

TEST(Verify, TensorTypeRoleAndOrder) {
  for (auto type : {format::ElementType::String, format::ElementType::Complex64}) {
    ExpectDamaged([type](Small& m) { m.tensor(kA).type = type; }, "not one that Linnet stores");
  }
  ExpectDamaged([](Small& m) { m.tensor(kA).type = static_cast<format::ElementType>(99); }, "element type 99");
  ExpectDamaged([](Small& m) { m.tensor(kA).role = static_cast<Role>(3); }, "role 3");
  ExpectDamaged([](Small& m) { m.tensor(kX).order = format::StorageOrder::Panels; }, "tensor 'x': only a constant");
  ExpectDamaged([](Small& m) { m.tensor(kS).order = format::StorageOrder::Panels; }, "tensor 's': only a constant");
  ExpectDamaged([](Small& m) { m.tensor(kW).type = format::ElementType::Undefined; }, "without an element type");
  ExpectDamaged([](Small& m) { m.tensor(kS).type = format::ElementType::Undefined; }, "without an element type");
  ExpectDamaged([](Small& m) { m.tensor(kX).type = format::ElementType::Undefined; }, "has no element type");
}

TEST(Verify, Quantization) {
  const auto quantize = [](std::vector<float> scales, std::vector<int64_t> points, int axis) {
    return [=](Small& m) {
      m.tensor(kA).shape = {2, 3};
      m.tensor(kA).quantization = std::make_unique<format::QuantizationT>();
      m.tensor(kA).quantization->scale = scales;
      m.tensor(kA).quantization->zero_point = points;
      m.tensor(kA).quantization->axis = axis;
    };
  };
  ExpectDamaged(quantize({1, 2}, {1}, 0), "1 zero points for 2 scales");
  ExpectDamaged(quantize({}, {1}, -1), "1 zero points for 0 scales");
  ExpectDamaged(quantize({1, 2}, {}, 2), "axis 2 of a tensor of rank 2");
  ExpectDamaged(quantize({1, 2}, {}, -2), "axis -2");
}

TEST(Verify, Constants) {
  ExpectDamaged([](Small& m) { m.tensor(kW).offset = 4; }, "offset 4 is not a multiple of 64");
  ExpectDamaged([](Small& m) { m.tensor(kW).offset = 64; }, "outside the weight segment of 24 bytes");
  ExpectDamaged([](Small& m) { m.tensor(kW).offset = ~uint64_t{63}; }, "outside the weight segment");
  ExpectDamaged([](Small& m) { m.tensor(kW).bytes = 25; }, "outside the weight segment");
  ExpectDamaged([](Small& m) { m.tensor(kW).bytes = ~uint64_t{0}; }, "outside the weight segment");
  ExpectDamaged([](Small& m) { m.tensor(kW).bytes = 20; }, "20 bytes, expected 24");
  ExpectDamaged([](Small& m) { m.tensor(kW).shape = {2, 4}; }, "24 bytes, expected 32");
}

TEST(Verify, SegmentSize) {
  Small small;
  const auto file = small.builder.Finish();
  ASSERT_GE(file.size(), 24u);
  ExpectError(Open(file.data(), file.size() - 1), StatusCode::kInvalidModel, "weight segment is cut off");
}

TEST(Verify, InputsAndOutputs) {
  for (int index : {-1, 6, INT32_MAX, INT32_MIN}) {
    ExpectDamaged([=](Small& m) { m.graph().inputs.push_back(index); }, "out of range");
    ExpectDamaged([=](Small& m) { m.graph().outputs.push_back(index); }, "out of range");
  }
  for (int index : {kX, kW, kS}) {
    ExpectDamaged([=](Small& m) { m.graph().inputs.push_back(index); }, "is a constant, a state or named twice");
  }
  ExpectDamaged([](Small& m) { m.graph().inputs.push_back(kA); m.tensor(kA).type = format::ElementType::Float32; },
                "is computed twice, or is an input");
  ExpectDamaged([](Small& m) { m.graph().ops.pop_back(); }, "next value 'n' of a state is never computed");
  ExpectDamaged([](Small& m) { m.graph().outputs = {m.builder.AddResult("nothing")}; }, "'nothing' is never computed");
  ExpectDamaged([](Small& m) { m.graph().outputs = {kS}; }, "model output 's' is itself a state");
  ExpectDamaged([](Small& m) {
    m.graph().outputs = {m.builder.AddPacked("p", kF32, {16, 16}, format::StorageOrder::Panels, 16, 1, {})};
  }, "model output 'p' is a constant in a packed order");
}

TEST(Verify, OpIndices) {
  for (int index : {-2, 6, INT32_MAX, INT32_MIN}) {
    ExpectDamaged([=](Small& m) { m.op(1).inputs[0] = index; }, "node 'add' (op 1): input tensor");
    ExpectDamaged([=](Small& m) { m.op(1).outputs.push_back(index); }, "node 'add' (op 1): output tensor");
  }
  ExpectDamaged([](Small& m) { m.op(1).outputs.clear(); }, "no output");
}

TEST(Verify, OrderOfTheGraph) {
  ExpectDamaged([](Small& m) { std::swap(m.graph().ops[0], m.graph().ops[1]); }, "used before it is computed");
  ExpectDamaged([](Small& m) { m.op(0).inputs[0] = kA; }, "used before it is computed (cyclic or unsorted graph)");
  ExpectDamaged([](Small& m) { m.op(0).inputs[0] = kY; }, "used before it is computed");
  ExpectDamaged([](Small& m) { m.graph().inputs.clear(); }, "input 'x' is used before");
  for (int index : {kX, kW, kA, kS}) {
    ExpectDamaged([=](Small& m) { m.op(1).outputs[0] = index; }, "computed twice, or is an input or a constant");
  }
  ExpectDamaged([](Small& m) { m.op(0).outputs = {kA, kA}; }, "computed twice");
}

TEST(Verify, States) {
  for (int index : {-1, 6, INT32_MAX, INT32_MIN}) {
    ExpectDamaged([=](Small& m) { m.builder.model().states[0]->input = index; }, "out of range");
    ExpectDamaged([=](Small& m) { m.builder.model().states[0]->output = index; }, "out of range");
  }
  ExpectDamaged([](Small& m) { m.builder.model().states.clear(); }, "state 's' has no next value");
  ExpectDamaged([](Small& m) { m.AddState(kS, kY); }, "has two next values");
  ExpectDamaged([](Small& m) { m.builder.model().states[0]->input = kX; }, "is not marked as one");
  ExpectDamaged([](Small& m) { m.builder.model().states[0]->output = kS; }, "next value 's' is itself a state");
}

TEST(Verify, Subgraphs) {
  ExpectDamaged([](Small& m) { m.builder.model().subgraphs.clear(); }, "holds no graph");
  // A second graph is checked as the first, and cannot have states.
  ExpectDamaged([](Small& m) {
    m.builder.model().subgraphs.push_back(std::make_unique<format::SubgraphT>(m.graph()));
  }, "state 's' has no next value");
  ExpectDamaged([](Small& m) {
    m.builder.model().subgraphs.push_back(std::make_unique<format::SubgraphT>(m.graph()));
    auto& second = *m.builder.model().subgraphs[1];
    second.tensors[kS]->role = Role::Activation;
  }, "input 's' is used before it is computed");
}

// A graph whose table is empty; tensors, ops, inputs and outputs are required.
TEST(Verify, SubgraphWithoutVectors) {
  linnet_flatbuffers::FlatBufferBuilder builder;
  const linnet_flatbuffers::Offset<format::Subgraph> graph = builder.EndTable(builder.StartTable());
  const auto graphs = builder.CreateVector(&graph, 1);
  format::ModelBuilder model(builder);
  model.add_subgraphs(graphs);
  builder.FinishSizePrefixed(model.Finish(), format::ModelIdentifier());
  std::vector<uint64_t> file(builder.GetSize() / 8 + 1);
  std::memcpy(file.data(), builder.GetBufferPointer(), builder.GetSize());
  ExpectError(Open(file.data(), builder.GetSize()), StatusCode::kInvalidModel, "its tables are damaged");
}

TEST(CheckedTensorBytes, BoundsEveryProduct) {
  size_t bytes = 1;
  EXPECT_TRUE(CheckedTensorBytes(kF32, {}, &bytes));
  EXPECT_EQ(bytes, 4u);
  EXPECT_TRUE(CheckedTensorBytes(kF32, {3, 0, 5}, &bytes));
  EXPECT_EQ(bytes, 0u);
  EXPECT_TRUE(CheckedTensorBytes(ElementType::kInt4, {3, 3}, &bytes));
  EXPECT_EQ(bytes, 5u);
  EXPECT_TRUE(CheckedTensorBytes(ElementType::kInt8, {kMaxTensorBytes}, &bytes));
  EXPECT_EQ(bytes, static_cast<size_t>(kMaxTensorBytes));
  EXPECT_FALSE(CheckedTensorBytes(ElementType::kInt8, {kMaxTensorBytes, 2}, &bytes));
  EXPECT_TRUE(CheckedTensorBytes(kF32, {kMaxTensorBytes / 4}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(kF32, {kMaxTensorBytes / 4 + 1}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(ElementType::kFloat64, {kMaxTensorBytes / 4}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(kF32, {-1}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(kF32, {0, -1}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(kF32, {0, kMaxTensorBytes, 2}, &bytes));
  EXPECT_FALSE(CheckedTensorBytes(kF32, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}, &bytes));
}

}  // namespace
}  // namespace linnet::testing
