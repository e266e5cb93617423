#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;

TEST(FuseResidualsTest, TakesTheSumIntoAConvolution) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 8});
  t.Output(t.Binary(OpCode::Add, t.Conv2D(x, 8, 8, 3, true, 1), x));
  t.ExpectRewrite(FuseResiduals, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D));
  EXPECT_EQ(t.Only(OpCode::Conv2D).inputs[3], x);
  EXPECT_THAT(t.log(), ElementsAre(HasSubstr("'Add' into Conv2D 'Conv2D'")));
}

TEST(FuseResidualsTest, LeavesOutAMissingBias) {
  PassTest t;
  const ValueId x = t.Input({3, 8});
  t.Output(t.Binary(OpCode::Add, x, t.MatMul(x, 8, 8)));
  t.ExpectRewrite(FuseResiduals, 1);
  const Node& node = t.Only(OpCode::MatMul);
  EXPECT_EQ(node.inputs[2], kNoValue);
  EXPECT_EQ(node.inputs[3], x);
}

TEST(FuseResidualsTest, TakesTheActivationOfTheSum) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 8});
  const ValueId sum = t.Binary(OpCode::Add, t.Conv2D(x, 8, 8, 1), x);
  t.Output(sum);
  t.graph().nodes().back()->As<format::BinaryT>().activation =
      format::Activation(ActivationKind::Clamp, 0, 1, 0, 0);
  t.ExpectRewrite(FuseResiduals, 1);
  EXPECT_EQ(t.Only(OpCode::Conv2D).As<format::Conv2DT>().activation.kind(), ActivationKind::Clamp);
}

TEST(FuseResidualsTest, TakesTheLaterOfTwoConvolutions) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 4});
  const ValueId shortcut = t.Conv2D(x, 4, 8, 1);
  const ValueId main = t.Conv2D(t.Op(OpCode::Relu, {x}), 4, 8, 1);
  t.Output(t.Binary(OpCode::Add, main, shortcut));
  t.ExpectRewrite(FuseResiduals, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D, OpCode::Relu, OpCode::Conv2D));
  EXPECT_EQ(t.graph().nodes()[2]->inputs[3], shortcut);
}

TEST(FuseResidualsTest, MovesTheConvolutionBehindTheOtherOperand) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 4});
  const ValueId conv = t.Conv2D(x, 4, 4, 1);
  t.Output(t.Binary(OpCode::Add, conv, t.Op(OpCode::Tanh, {x})));
  t.ExpectRewrite(FuseResiduals, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Tanh, OpCode::Conv2D));
}

TEST(FuseResidualsTest, LeavesBroadcasts) {
  PassTest t;
  t.Output(t.Binary(OpCode::Add, t.Conv2D(t.Input({1, 5, 5, 4}), 4, 8, 1), t.Input({1, 1, 1, 8})));
  t.ExpectNoRewrite(FuseResiduals);
}

// At the default size of the symbol the shapes are equal; at others the second operand is broadcast.
TEST(FuseResidualsTest, LeavesBroadcastsOfOtherInputSizes) {
  PassTest t;
  const ValueId x = t.Input({1, 1, 8}, {"", "length", ""});
  t.Output(t.Binary(OpCode::Add, t.MatMul(x, 8, 8), t.Input({1, 1, 8})));
  t.ExpectNoRewrite(FuseResiduals);
}

TEST(FuseResidualsTest, TakesDynamicShapesThatStayEqual) {
  PassTest t;
  const ValueId x = t.Input({1, 1, 8}, {"", "length", ""});
  t.Output(t.Binary(OpCode::Add, t.MatMul(x, 8, 8), x));
  t.ExpectRewrite(FuseResiduals, 1);
}

TEST(FuseResidualsTest, LeavesASumThatOthersRead) {
  PassTest t;
  const ValueId x = t.Input({3, 8}), product = t.MatMul(x, 8, 8);
  t.Output(t.Binary(OpCode::Add, product, x));
  t.Output(product);
  t.ExpectNoRewrite(FuseResiduals);
}

TEST(FuseResidualsTest, LeavesConvolutionsWithAnActivationOrAResidual) {
  PassTest active;
  const ValueId x = active.Input({3, 8}), product = active.MatMul(x, 8, 8);
  active.Only(OpCode::MatMul).As<format::MatMulT>().activation = format::Activation(ActivationKind::Tanh, 0, 0, 0, 0);
  active.Output(active.Binary(OpCode::Add, product, x));
  active.ExpectNoRewrite(FuseResiduals);

  PassTest twice;
  const ValueId y = twice.Input({3, 8});
  const ValueId once = twice.Binary(OpCode::Add, twice.MatMul(y, 8, 8), y);
  twice.Output(twice.Binary(OpCode::Add, once, y));
  twice.ExpectRewrite(FuseResiduals, 1);
  EXPECT_THAT(twice.Ops(), ElementsAre(OpCode::MatMul, OpCode::Add));
}

TEST(FuseResidualsTest, LeavesDepthwiseConvolutions) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 8});
  t.Output(t.Binary(OpCode::Add, t.DepthwiseConv2D(x, 8, 3, true, 1), x));
  t.ExpectNoRewrite(FuseResiduals);
}

TEST(FuseResidualsTest, LeavesASumWithItself) {
  PassTest t;
  const ValueId product = t.MatMul(t.Input({3, 8}), 8, 8);
  t.Output(t.Binary(OpCode::Add, product, product));
  t.ExpectNoRewrite(FuseResiduals);
}

}  // namespace
}  // namespace linnet::converter
