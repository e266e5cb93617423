#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(SinkDequantizeTest, MovesBytes) {
  PassTest t;
  format::TransposeT transpose;
  transpose.perm = {0, 2, 1};
  t.Output(t.Op(OpCode::Exp, {t.Op(OpCode::Transpose, {t.Rounded(t.Input({2, 3, 4}), 0.1f, 3)}, transpose)}));
  t.ExpectRewrite(SinkDequantize, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::Transpose, OpCode::DequantizeLinear, OpCode::Exp));
}

TEST(SinkDequantizeTest, PadsWithTheZeroPoint) {
  PassTest t;
  format::PadT pad;
  pad.pads = {0, 1, 0, 2};
  t.Output(t.Op(OpCode::Exp, {t.Op(OpCode::Pad, {t.Rounded(t.Input({2, 3}), 0.1f, 3)}, pad)}));
  t.ExpectRewrite(SinkDequantize, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::Pad, OpCode::DequantizeLinear, OpCode::Exp));
}

TEST(SinkDequantizeTest, ConcatenatesEqualScalesOnly) {
  PassTest t;
  format::AxisT axis;
  axis.axis = 1;
  const ValueId a = t.Rounded(t.Input({2, 3}), 0.1f, 3), b = t.Rounded(t.Input({2, 3}), 0.1f, 3);
  const ValueId c = t.Rounded(t.Input({2, 3}), 0.2f, 3);
  t.Output(t.Op(OpCode::Exp, {t.Op(OpCode::Concat, {a, b}, axis)}));
  t.Output(t.Op(OpCode::Exp, {t.Op(OpCode::Concat, {a, c}, axis)}));
  t.ExpectRewrite(SinkDequantize, 1, 0);
}

// A depthwise weight comes as Squeeze and Transpose of a constant with a scale per channel.
TEST(SinkWeightScalesTest, KeepsWeightsInt8) {
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 5, 5, 6}), 0.1f, 3);
  format::AxesT axes;
  axes.axes = {1};
  format::TransposeT transpose;
  transpose.perm = {1, 2, 0};
  const ValueId weight = t.Op(OpCode::Transpose, {t.Op(OpCode::Squeeze, {t.Int8Weight({6, 1, 3, 3}, 0)}, axes)}, transpose);
  t.Output(t.Op(OpCode::DepthwiseConv2D, {x, weight}, format::DepthwiseConv2DT()));
  t.ExpectRewrite(SinkWeightScales, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::DequantizeLinear,
                                   OpCode::DepthwiseConv2D));
  const Node& dequantize = *t.graph().nodes()[2];
  EXPECT_EQ(dequantize.As<format::QuantizeT>().axis, 2);
  EXPECT_TRUE(t.graph().value(dequantize.inputs[0]).is_constant());
}

TEST(FoldConstantsTest, KeepsWeightsOfQuantisedGraphs) {
  PassTest t;
  t.Output(t.Op(OpCode::MatMul, {t.Rounded(t.Input({1, 4}), 0.1f, 3), t.Int8Weight({4, 6}, 1)}, format::MatMulT()));
  t.ExpectNoRewrite(FoldConstants);
  t.ExpectRewrite(FoldDequantized, 1, 0);
}

}  // namespace
}  // namespace linnet::converter
