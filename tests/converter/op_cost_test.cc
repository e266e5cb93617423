#include "converter/op_cost.h"

#include "converter/lower.h"
#include "engine/session.h"
#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

// The cost of the only op of the graph.
OpCost OnlyCost(PassTest* t, ValueId y) {
  t->Output(y);
  EXPECT_TRUE(InferShapes(&t->graph()).ok());
  const Lowered lowered = LowerGraph(t->graph());
  Result<LoweredModel> model = LoweredModel::Create(lowered);
  EXPECT_TRUE(model.ok()) << model.status().message();
  Result<Session> session = Session::Create(model->model());
  EXPECT_TRUE(session.ok()) << session.status().message();
  const Prepared& prepared = session->impl().prepared();
  for (const Step& step : prepared.steps) {
    if (!step.folded) return CostOf(step, prepared.slots);
  }
  ADD_FAILURE() << "no op";
  return {};
}

TEST(OpCost, OfAConvolutionIsThatOfTheDirectOne) {
  PassTest t;
  const ValueId x = t.Input({1, 8, 6, 3});
  format::Conv2DT conv;
  conv.pad_top = conv.pad_left = conv.pad_bottom = conv.pad_right = 1;
  const OpCost cost = OnlyCost(&t, t.Op(OpCode::Conv2D, {x, t.Random({4, 3, 3, 3})}, conv));
  EXPECT_EQ(cost.operations, 2.0 * (8 * 6 * 4) * (3 * 3 * 3));
  EXPECT_EQ(cost.bytes, 4.0 * (8 * 6 * 3 + 4 * 27 + 8 * 6 * 4));
  EXPECT_FALSE(cost.int8);
}

TEST(OpCost, OfAMatrixProduct) {
  PassTest t;
  const ValueId a = t.Input({2, 5, 7}), b = t.Input({2, 7, 3});
  EXPECT_EQ(OnlyCost(&t, t.Op(OpCode::MatMul, {a, b}, format::MatMulT())).operations, 2.0 * (2 * 5 * 3) * 7);
}

TEST(OpCost, OfOtherOpsIsOneAnElement) {
  PassTest t;
  const OpCost cost = OnlyCost(&t, t.Op(OpCode::Relu, {t.Input({3, 5})}));
  EXPECT_EQ(cost.operations, 15);
  EXPECT_EQ(cost.bytes, 2 * 4 * 15);
}

}  // namespace
}  // namespace linnet::converter
