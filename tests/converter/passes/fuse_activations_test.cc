#include <limits>

#include "converter/passes/activations.h"
#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;

ActivationKind KindOf(Node& node) { return FusedActivation(&node)->kind(); }

TEST(FuseActivationsTest, TakesEveryActivationIntoAConvolution) {
  struct Case {
    OpCode op;
    ActivationKind kind;
    float alpha, beta;  // both 0: the op has no attributes
  };
  const Case cases[] = {
      {OpCode::Relu, ActivationKind::Clamp, 0, 0},       {OpCode::Sigmoid, ActivationKind::Sigmoid, 0, 0},
      {OpCode::Tanh, ActivationKind::Tanh, 0, 0},        {OpCode::HardSigmoid, ActivationKind::HardSigmoid, 0.2f, 0.5f},
      {OpCode::HardSwish, ActivationKind::HardSwish, 0, 0}, {OpCode::Silu, ActivationKind::Silu, 0, 0},
      {OpCode::Gelu, ActivationKind::Gelu, 0, 0},        {OpCode::GeluTanh, ActivationKind::GeluTanh, 0, 0},
      {OpCode::LeakyRelu, ActivationKind::LeakyRelu, 0.1f, 0}, {OpCode::Elu, ActivationKind::Elu, 0.7f, 0},
      {OpCode::Softplus, ActivationKind::Softplus, 0, 0}, {OpCode::Mish, ActivationKind::Mish, 0, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(OpName(c.op));
    PassTest t;
    const ValueId conv = t.Conv2D(t.Input({1, 5, 5, 4}), 4, 8, 3, true);
    t.Output(c.alpha != 0 ? t.Unary(c.op, conv, c.alpha, c.beta) : t.Op(c.op, {conv}));
    t.ExpectRewrite(FuseActivations, 1);
    EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D));
    EXPECT_EQ(KindOf(t.Only(OpCode::Conv2D)), c.kind);
    EXPECT_THAT(t.log(), ElementsAre(HasSubstr("into Conv2D 'Conv2D'")));
  }
}

TEST(FuseActivationsTest, TakesAClipIntoEveryOpWithTheAttribute) {
  const std::vector<ValueId (*)(PassTest*, ValueId)> makers = {
      [](PassTest* t, ValueId x) { return t->DepthwiseConv2D(x, 4, 3); },
      [](PassTest* t, ValueId x) { return t->MatMul(x, 4, 6); },
      [](PassTest* t, ValueId x) { return t->Binary(OpCode::Add, x, t->Random({4})); },
      [](PassTest* t, ValueId x) { return t->Binary(OpCode::Sub, x, t->Random({4})); },
      [](PassTest* t, ValueId x) { return t->Binary(OpCode::Mul, x, t->Random({4})); },
      [](PassTest* t, ValueId x) { return t->Binary(OpCode::Div, x, t->Random({4}, true)); },
  };
  for (size_t i = 0; i < makers.size(); ++i) {
    SCOPED_TRACE(i);
    PassTest t;
    t.Output(t.Clip(makers[i](&t, t.Input({2, 5, 5, 4})), -0.5f, 1));
    t.ExpectRewrite(FuseActivations, 1);
    ASSERT_EQ(t.graph().nodes().size(), 1u);
    const format::Activation* activation = FusedActivation(t.graph().nodes()[0].get());
    EXPECT_EQ(activation->kind(), ActivationKind::Clamp);
    EXPECT_EQ(activation->lo(), -0.5f);
    EXPECT_EQ(activation->hi(), 1);
  }
}

TEST(FuseActivationsTest, ClipWithOneBoundIsOpenOnTheOtherSide) {
  PassTest t;
  t.Output(t.Op(OpCode::Clip, {t.MatMul(t.Input({3, 4}), 4, 6), kNoValue, t.Scalar(0.25f)}));
  t.ExpectRewrite(FuseActivations, 1);
  const format::Activation activation = t.Only(OpCode::MatMul).As<format::MatMulT>().activation;
  EXPECT_EQ(activation.lo(), -std::numeric_limits<float>::infinity());
  EXPECT_EQ(activation.hi(), 0.25f);
}

TEST(FuseActivationsTest, MergesClampsIntoOne) {
  PassTest t;
  const ValueId sum = t.MatMul(t.Input({7, 4}), 4, 6);
  t.Output(t.Clip(t.Op(OpCode::Relu, {sum}), -1, 0.5f));
  t.ExpectRewrite(FuseActivations, 2, 0);
  const format::Activation activation = t.Only(OpCode::MatMul).As<format::MatMulT>().activation;
  EXPECT_EQ(activation.lo(), 0);
  EXPECT_EQ(activation.hi(), 0.5f);
}

TEST(FuseActivationsTest, MergesClipsOfAnInput) {
  PassTest t;
  t.Output(t.Clip(t.Op(OpCode::Relu, {t.Input({40})}), -1, 2));
  t.ExpectRewrite(FuseActivations, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Clip));
}

TEST(FuseActivationsTest, ClampsThatDoNotOverlapGiveTheSecondOne) {
  PassTest t;
  t.Output(t.Clip(t.Clip(t.Input({40}), -2, -1), 3, 4));
  t.ExpectRewrite(FuseActivations, 1, 0);
}

TEST(FuseActivationsTest, OnlyOneActivationFits) {
  PassTest t;
  t.Output(t.Op(OpCode::Tanh, {t.Op(OpCode::Sigmoid, {t.MatMul(t.Input({3, 4}), 4, 6)})}));
  t.ExpectRewrite(FuseActivations, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::MatMul, OpCode::Tanh));
}

TEST(FuseActivationsTest, LeavesWhatOthersRead) {
  PassTest t;
  const ValueId sum = t.MatMul(t.Input({3, 4}), 4, 6);
  t.Output(t.Binary(OpCode::Add, t.Op(OpCode::Relu, {sum}), sum));
  t.ExpectNoRewrite(FuseActivations);
}

TEST(FuseActivationsTest, LeavesGraphOutputsAndStates) {
  PassTest output;
  const ValueId sum = output.MatMul(output.Input({3, 4}), 4, 6);
  output.Output(sum);
  output.Output(output.Op(OpCode::Relu, {sum}));
  output.ExpectNoRewrite(FuseActivations);

  PassTest state;
  const ValueId x = state.Input({3, 6}), h = state.MatMul(x, 6, 6);
  state.Output(state.Op(OpCode::Relu, {h}));
  state.graph().states.push_back({h, x});
  state.ExpectNoRewrite(FuseActivations);
}

TEST(FuseActivationsTest, LeavesClipsWithComputedOrCrossedBounds) {
  PassTest t;
  const ValueId sum = t.MatMul(t.Input({3, 4}), 4, 6), bound = t.Input({});
  t.Output(t.Op(OpCode::Clip, {sum, bound}));
  t.ExpectNoRewrite(FuseActivations);

  PassTest crossed;
  crossed.Output(crossed.Clip(crossed.MatMul(crossed.Input({3, 4}), 4, 6), 1, -1));
  crossed.ExpectNoRewrite(FuseActivations);
}

}  // namespace
}  // namespace linnet::converter
