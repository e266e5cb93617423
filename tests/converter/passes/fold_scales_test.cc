#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;

// Outputs are sums of up to 36 products, scaled by numbers up to 1.5: 1e-5 of the largest is some 80 roundings.
constexpr double kTolerance = 1e-5;

ValueId ScaleShift(PassTest* t, ValueId x, int64_t channels) {
  return t->Op(OpCode::ScaleShift, {x, t->Random({channels}), t->Random({channels})}, format::ScaleShiftT());
}

using Maker = ValueId (*)(PassTest*, ValueId);

// Ops from 4 channels to 8 (depthwise: 4) over [2, 5, 5, 4].
struct Weighted {
  OpCode op;
  int64_t channels;
  Maker make;
};
const Weighted kWeighted[] = {
    {OpCode::Conv2D, 8, [](PassTest* t, ValueId x) { return t->Conv2D(x, 4, 8, 3, true, 1); }},
    {OpCode::Conv2D, 8, [](PassTest* t, ValueId x) { return t->Conv2D(x, 4, 8, 3, false, 0, 2); }},
    {OpCode::DepthwiseConv2D, 4, [](PassTest* t, ValueId x) { return t->DepthwiseConv2D(x, 4, 3, true); }},
    {OpCode::DepthwiseConv2D, 4, [](PassTest* t, ValueId x) { return t->DepthwiseConv2D(x, 4, 3, false, 1); }},
    {OpCode::ConvTranspose2D, 8, [](PassTest* t, ValueId x) { return t->ConvTranspose2D(x, 4, 8, 3, true); }},
    {OpCode::MatMul, 8, [](PassTest* t, ValueId x) { return t->MatMul(x, 4, 8, true); }},
    {OpCode::MatMul, 8, [](PassTest* t, ValueId x) { return t->MatMul(x, 4, 8, false, true); }},
};

TEST(FoldScalesTest, TakesAScaleShiftIntoTheWeightsBefore) {
  for (const Weighted& weighted : kWeighted) {
    SCOPED_TRACE(OpName(weighted.op));
    PassTest t;
    const ValueId y = weighted.make(&t, t.Input({2, 5, 5, 4}));
    t.Output(ScaleShift(&t, y, weighted.channels));
    t.ExpectRewrite(FoldScales, 1, kTolerance);
    EXPECT_THAT(t.Ops(), ElementsAre(weighted.op));
  }
}

TEST(FoldScalesTest, TakesElementwiseOpsByChannelAndByScalar) {
  for (OpCode op : {OpCode::Mul, OpCode::Add, OpCode::Sub, OpCode::Div}) {
    for (const Shape& shape : {Shape{8}, Shape{1, 1, 1, 8}, Shape{1}, Shape{}}) {
      SCOPED_TRACE(OpName(op));
      PassTest t;
      const ValueId y = t.Conv2D(t.Input({2, 5, 5, 4}), 4, 8, 3);
      t.Output(t.Binary(op, y, t.Random(shape, /*positive=*/true)));
      t.ExpectRewrite(FoldScales, 1, kTolerance);
      EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D));
    }
  }
}

TEST(FoldScalesTest, TakesTheConstantOnTheLeft) {
  for (OpCode op : {OpCode::Mul, OpCode::Add, OpCode::Sub}) {
    SCOPED_TRACE(OpName(op));
    PassTest t;
    t.Output(t.Binary(op, t.Random({6}), t.MatMul(t.Input({3, 4}), 4, 6, true)));
    t.ExpectRewrite(FoldScales, 1, kTolerance);
    EXPECT_THAT(t.Ops(), ElementsAre(OpCode::MatMul));
  }
  PassTest t;
  t.Output(t.Op(OpCode::Neg, {t.MatMul(t.Input({3, 4}), 4, 6, true)}));
  t.ExpectRewrite(FoldScales, 1, 0);
}

TEST(FoldScalesTest, AddAloneBecomesTheBiasOfTheSameWeights) {
  PassTest t;
  const ValueId y = t.MatMul(t.Input({3, 4}), 4, 6);
  const ValueId weight = t.Only(OpCode::MatMul).inputs[1];
  t.Output(t.Binary(OpCode::Add, y, t.Random({6})));
  t.ExpectRewrite(FoldScales, 1, kTolerance);
  EXPECT_EQ(t.Only(OpCode::MatMul).inputs[1], weight);
}

TEST(FoldScalesTest, KeepsTheActivationOfTheFoldedNode) {
  PassTest t;
  t.Output(t.Binary(OpCode::Add, t.MatMul(t.Input({3, 4}), 4, 6), t.Random({6})));
  t.Only(OpCode::Add).As<format::BinaryT>().activation = format::Activation(ActivationKind::Tanh, 0, 0, 0, 0);
  t.ExpectRewrite(FoldScales, 1, kTolerance);
  EXPECT_EQ(t.Only(OpCode::MatMul).As<format::MatMulT>().activation.kind(), ActivationKind::Tanh);
}

TEST(FoldScalesTest, TakesAScaleIntoTheWeightsAfter) {
  for (const Weighted& weighted : kWeighted) {
    SCOPED_TRACE(OpName(weighted.op));
    PassTest t;
    t.Output(weighted.make(&t, t.Binary(OpCode::Mul, t.Input({2, 5, 5, 4}), t.Random({4}))));
    t.ExpectRewrite(FoldScales, 1, kTolerance);
    EXPECT_THAT(t.Ops(), ElementsAre(weighted.op));
  }
}

TEST(FoldScalesTest, TakesAShiftIntoTheOpAfterWhereNothingIsPadded) {
  const Maker makers[] = {
      [](PassTest* t, ValueId x) { return t->Conv2D(x, 4, 8, 3, true); },
      [](PassTest* t, ValueId x) { return t->Conv2D(x, 4, 8, 3, false, 0, 4); },
      [](PassTest* t, ValueId x) { return t->DepthwiseConv2D(x, 4, 3); },
      [](PassTest* t, ValueId x) { return t->MatMul(x, 4, 8); },
      [](PassTest* t, ValueId x) { return t->MatMul(x, 4, 8, true, true); },
  };
  for (const Maker& make : makers) {
    PassTest t;
    t.Output(make(&t, ScaleShift(&t, t.Input({2, 5, 5, 4}), 4)));
    t.ExpectRewrite(FoldScales, 1, kTolerance);
    EXPECT_EQ(t.graph().nodes().size(), 1u);
  }
}

TEST(FoldScalesTest, LeavesAShiftBeforePaddingAndTransposedConvolutions) {
  PassTest padded;
  padded.Output(padded.Conv2D(ScaleShift(&padded, padded.Input({2, 5, 5, 4}), 4), 4, 8, 3, true, 1));
  padded.ExpectNoRewrite(FoldScales);

  PassTest transposed;
  transposed.Output(transposed.ConvTranspose2D(ScaleShift(&transposed, transposed.Input({2, 5, 5, 4}), 4), 4, 8, 3));
  transposed.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, JoinsMulAndAddToScaleShift) {
  PassTest t;
  const ValueId scaled = t.Binary(OpCode::Mul, t.Input({2, 5, 5, 4}), t.Random({1, 1, 1, 4}));
  t.Output(t.Binary(OpCode::Add, t.Random({4}), scaled));
  t.ExpectRewrite(FoldScales, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::ScaleShift));
}

TEST(FoldScalesTest, JoinsWholeChains) {
  PassTest t;
  ValueId y = t.Binary(OpCode::Sub, t.Input({2, 7, 4}), t.Random({4}));
  y = t.Binary(OpCode::Div, y, t.Random({4}, true));
  y = t.Binary(OpCode::Mul, y, t.Scalar(0.5f));
  t.Output(ScaleShift(&t, y, 4));
  t.ExpectRewrite(FoldScales, 3, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::ScaleShift));
}

TEST(FoldScalesTest, TwoScalesAreOneMul) {
  PassTest t;
  t.Output(t.Binary(OpCode::Mul, t.Binary(OpCode::Mul, t.Input({2, 4}), t.Random({4})), t.Random({4})));
  t.ExpectRewrite(FoldScales, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Mul));
}

TEST(FoldScalesTest, TakesScaleAndShiftIntoANorm) {
  PassTest t;
  const ValueId norm = t.Op(OpCode::LayerNorm, {t.Input({2, 7, 16}), t.Random({16})}, format::NormT());
  t.Output(t.Binary(OpCode::Add, t.Binary(OpCode::Mul, norm, t.Random({16})), t.Random({16})));
  t.ExpectRewrite(FoldScales, 2, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::LayerNorm));
}

TEST(FoldScalesTest, RmsNormTakesAScaleOnly) {
  PassTest t;
  const ValueId norm = t.Op(OpCode::RmsNorm, {t.Input({2, 7, 16}), t.Random({16})}, format::NormT());
  const ValueId scaled = t.Binary(OpCode::Mul, norm, t.Random({16}));
  t.Output(t.Op(OpCode::Relu, {scaled}));
  t.ExpectRewrite(FoldScales, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::RmsNorm, OpCode::Relu));

  PassTest shifted;
  const ValueId y = shifted.Op(OpCode::RmsNorm, {shifted.Input({2, 7, 16}), shifted.Random({16})}, format::NormT());
  shifted.Output(shifted.Binary(OpCode::Add, y, shifted.Random({16})));
  shifted.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, WeightsThatOthersUseAreCopied) {
  PassTest t;
  const ValueId x = t.Input({3, 4}), weight = t.Random({4, 6});
  const ValueId a = t.Op(OpCode::MatMul, {x, weight}, format::MatMulT());
  const ValueId b = t.Op(OpCode::MatMul, {x, weight}, format::MatMulT());
  t.Output(t.Binary(OpCode::Mul, a, t.Random({6})));
  t.Output(b);
  t.ExpectRewrite(FoldScales, 1, kTolerance);
}

TEST(FoldScalesTest, LeavesWhatOthersRead) {
  PassTest t;
  const ValueId y = t.MatMul(t.Input({3, 4}), 4, 6);
  t.Output(t.Binary(OpCode::Mul, y, t.Random({6})));
  t.Output(y);
  t.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, LeavesResidualsAndActivationsInBetween) {
  PassTest residual;
  const ValueId x = residual.Input({3, 4});
  const ValueId y = residual.Op(OpCode::MatMul, {x, residual.Random({4, 4}), kNoValue, x}, format::MatMulT());
  residual.Output(residual.Binary(OpCode::Mul, y, residual.Random({4})));
  residual.ExpectNoRewrite(FoldScales);

  PassTest active;
  const ValueId z = active.MatMul(active.Input({3, 4}), 4, 6);
  active.Only(OpCode::MatMul).As<format::MatMulT>().activation = format::Activation(ActivationKind::Tanh, 0, 0, 0, 0);
  active.Output(active.Binary(OpCode::Mul, z, active.Random({6})));
  active.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, LeavesConstantsThatAreNotPerChannel) {
  for (const Shape& shape : {Shape{3, 1}, Shape{3, 6}, Shape{1, 1, 6}}) {
    PassTest t;
    t.Output(t.Binary(OpCode::Mul, t.MatMul(t.Input({3, 4}), 4, 6), t.Random(shape)));
    t.ExpectNoRewrite(FoldScales);
  }
}

// [3, 1] * [6] is [3, 6]: the product has more channels than the MatMul.
TEST(FoldScalesTest, LeavesConstantsThatBroadcastTheOtherOperand) {
  PassTest t;
  t.Output(t.Binary(OpCode::Mul, t.MatMul(t.Input({3, 4}), 4, 1), t.Random({6})));
  t.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, LeavesScalesThatOverflow) {
  PassTest t;
  const ValueId y = t.Op(OpCode::MatMul, {t.Input({1, 1}), t.Floats({1, 1}, {1e30f})}, format::MatMulT());
  t.Output(t.Binary(OpCode::Mul, y, t.Floats({1}, {1e30f})));
  t.ExpectNoRewrite(FoldScales);
}

TEST(FoldScalesTest, LeavesComputedWeights) {
  PassTest t;
  const ValueId y = t.Op(OpCode::MatMul, {t.Input({3, 4}), t.Input({4, 6})}, format::MatMulT());
  t.Output(t.Binary(OpCode::Mul, y, t.Random({6})));
  t.ExpectNoRewrite(FoldScales);
}

}  // namespace
}  // namespace linnet::converter
