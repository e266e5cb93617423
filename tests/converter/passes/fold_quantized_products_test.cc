#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

constexpr double kStep = 0.02;  // one of the 256 of the results below, relative to the largest

TEST(FoldQuantizedProductsTest, FoldsAConvolution) {
  LINNET_NEEDS_OP(OpCode::QConv2D);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 5, 5, 4}), 0.04f, 3);
  format::Conv2DT conv;
  conv.pad_top = conv.pad_left = conv.pad_bottom = conv.pad_right = 1;
  conv.activation = format::Activation(format::ActivationKind::Clamp, 0, 6, 0, 0);
  t.Output(t.Rounded(t.Op(OpCode::Conv2D, {x, t.Int8Weight({8, 3, 3, 4}, 0), t.Random({8})}, conv), 0.06f, -100));
  t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QConv2D, OpCode::DequantizeLinear));
  const Node& node = t.Only(OpCode::QConv2D);
  ASSERT_EQ(node.inputs.size(), 6u);
  EXPECT_EQ(node.inputs[3], kNoValue);
  const format::Activation& clamp = node.As<format::Conv2DT>().activation;
  EXPECT_EQ(clamp.lo(), -100);
  EXPECT_EQ(clamp.hi(), 0);
}

TEST(FoldQuantizedProductsTest, FoldsADepthwiseConvolution) {
  LINNET_NEEDS_OP(OpCode::QDepthwiseConv2D);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 5, 5, 6}), 0.04f, 3);
  t.Output(t.Rounded(t.Op(OpCode::DepthwiseConv2D, {x, t.Int8Weight({3, 3, 6}, 2)}, format::DepthwiseConv2DT()), 0.1f, 9));
  t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QDepthwiseConv2D, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedProductsTest, FoldsAMatrixProduct) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 3, 16}), 0.04f, 3);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Int8Weight({16, 5}, 1), t.Random({5})}, format::MatMulT()), 0.1f, 9));
  t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QMatMul, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedProductsTest, FoldsAProductOfActivations) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  format::MatMulT transposed;
  transposed.transpose_b = true;
  const ValueId a = t.Rounded(t.Input({2, 3, 16}), 0.04f, 3), b = t.Rounded(t.Input({2, 4, 16}), 0.05f, -7);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {a, b}, transposed), 0.8f, 9));
  t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
  EXPECT_EQ(t.Only(OpCode::QMatMul).inputs.size(), 5u);
}

TEST(FoldQuantizedProductsTest, LeavesWhatIsNotQuantisedBehind) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 16}), 0.04f, 3);
  t.Output(t.Op(OpCode::MatMul, {x, t.Int8Weight({16, 5}, 1)}, format::MatMulT()));
  t.ExpectNoRewrite(FoldQuantizedProducts);
}

TEST(FoldQuantizedProductsTest, LeavesActivationsThatAreNoClamp) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  format::MatMulT silu;
  silu.activation = format::Activation(format::ActivationKind::Silu, 0, 0, 0, 0);
  const ValueId x = t.Rounded(t.Input({2, 16}), 0.04f, 3);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Int8Weight({16, 5}, 1)}, silu), 0.1f, 9));
  t.ExpectNoRewrite(FoldQuantizedProducts);
}

// Less its zero point a weight may need 9 bits: then the kernel subtracts it.
TEST(FoldQuantizedProductsTest, TakesWeightsWithZeroPoints) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  for (const int zero_point : {2, -100}) {
    PassTest t;
    const ValueId x = t.Rounded(t.Input({2, 4}), 0.04f, 3);
    const std::vector<int8_t> weight = {2, -60, 100, 127, 5, 17, 64, 90};
    const ValueId w = t.graph().AddConstant("weight", ElementType::kInt8, {4, 2}, Bytes::Copy(weight.data(), weight.size()));
    t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Dequantize(w, 0.01f, zero_point)}, format::MatMulT()), 0.2f, 9));
    t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
    EXPECT_THAT(t.log(), Contains(HasSubstr("have zero points")));
  }
}

Status Fold(PassTest* t) {
  EXPECT_TRUE(InferShapes(&t->graph()).ok());
  PassLog log;
  int changes = 0;
  return FoldQuantizedProducts(&t->graph(), &log, &changes);
}

TEST(FoldQuantizedProductsTest, RefusesABiasBeyondInt32) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 16}), 1e-6f, 3);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Int8Weight({16, 1}, 1), t.Floats({1}, {1e3f})}, format::MatMulT()), 0.1f, 9));
  const Status status = Fold(&t);
  EXPECT_EQ(status.code(), StatusCode::kInvalidModel);
  EXPECT_THAT(status.message(), HasSubstr("node 'MatMul' (MatMul): the bias overflows int32"));
}

TEST(FoldQuantizedProductsTest, RefusesSumsBeyondInt32) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 300000}), 0.1f, 3);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Int8Weight({300000, 1}, 1)}, format::MatMulT()), 0.1f, 9));
  const Status status = Fold(&t);
  EXPECT_EQ(status.code(), StatusCode::kInvalidModel);
  EXPECT_THAT(status.message(), HasSubstr("node 'MatMul' (MatMul): too many products"));
}

TEST(FoldQuantizedProductsTest, RefusesMultipliersThatVanish) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 8}), 1e-37f, 3);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, t.Int8Weight({8, 1}, 1)}, format::MatMulT()), 1.0f, 9));
  EXPECT_THAT(Fold(&t).message(), HasSubstr("node 'MatMul' (MatMul): the product of scales vanishes"));
}

TEST(FoldQuantizedProductsTest, AChannelOfWeightsThatAreAsGoodAsNothingGivesItsZeroPoint) {
  LINNET_NEEDS_OP(OpCode::QMatMul);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 16}), 0.04f, 3);
  std::vector<int8_t> bytes(32);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<int8_t>(i * 9 - 127);
  const ValueId q = t.graph().AddConstant("weight", ElementType::kInt8, {16, 2}, Bytes::Copy(bytes.data(), bytes.size()));
  format::QuantizeT columns;
  columns.axis = 1;
  const ValueId w = t.Op(OpCode::DequantizeLinear, {q, t.Floats({2}, {0.02f, 2e-38f})}, columns);
  t.Output(t.Rounded(t.Op(OpCode::MatMul, {x, w}, format::MatMulT()), 0.1f, 9));
  t.ExpectRewrite(FoldQuantizedProducts, 1, kStep);
}

}  // namespace
}  // namespace linnet::converter
