#include <limits>

#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(CanonicalizeQuantizationTest, MakesActivationsInt8) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId quantized = t.Quantize(t.Input({2, 6}), 0.1f, 130, ElementType::kUint8);
  t.Output(t.Op(OpCode::Relu, {t.Dequantize(quantized, 0.1f, 130, ElementType::kUint8)}));
  t.ExpectRewrite(CanonicalizeQuantization, -1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::Relu));
  EXPECT_EQ(t.graph().value(t.Only(OpCode::QuantizeLinear).outputs[0]).type, ElementType::kInt8);
}

TEST(CanonicalizeQuantizationTest, MakesWeightsInt8) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 3}), 0.1f, 2);
  const std::vector<uint8_t> bytes = {0, 255, 128, 7, 90, 200};
  const ValueId weight = t.graph().AddConstant("w", ElementType::kUint8, {3, 2}, Bytes::Copy(bytes.data(), bytes.size()));
  t.Output(t.Op(OpCode::MatMul, {x, t.Dequantize(weight, 0.01f, 120, ElementType::kUint8)}, format::MatMulT()));
  t.ExpectRewrite(CanonicalizeQuantization, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::DequantizeLinear, OpCode::MatMul));
}

// Bytes that leave the graph keep their type: a table turns the sign bit.
TEST(CanonicalizeQuantizationTest, KeepsTheTypeOfOutputs) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId x = t.Op(OpCode::Relu, {t.Input({2, 6})});
  const ValueId quantized = t.Quantize(x, 0.1f, 130, ElementType::kUint8);
  t.Output(quantized);
  t.Output(t.Dequantize(quantized, 0.1f, 130, ElementType::kUint8));
  t.ExpectRewrite(CanonicalizeQuantization, -1, 0);
  EXPECT_EQ(t.graph().value(t.graph().outputs[0]).type, ElementType::kUint8);
  EXPECT_EQ(t.graph().value(t.Only(OpCode::QuantizeLinear).outputs[0]).type, ElementType::kInt8);
  EXPECT_EQ(t.graph().value(t.Only(OpCode::QTable).outputs[0]).type, ElementType::kUint8);
}

TEST(CanonicalizeQuantizationTest, LiftsOpsOnQuantisedValues) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId moved = t.Op(OpCode::Flatten, {t.Quantize(t.Input({2, 3, 2}), 0.1f, 130, ElementType::kUint8)}, format::AxisT());
  t.Output(t.Dequantize(moved, 0.1f, 130, ElementType::kUint8));
  t.ExpectRewrite(CanonicalizeQuantization, -1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::Flatten,
                                   OpCode::QuantizeLinear, OpCode::DequantizeLinear));
}

TEST(CanonicalizeQuantizationTest, RefusesBadScales) {
  LINNET_NEEDS_OP(OpCode::QTable);
  for (const float scale : {0.0f, -1.0f, 1e-40f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    PassTest t;
    t.Output(t.Rounded(t.Input({2, 6}), scale, 0));
    PassLog log;
    int changes = 0;
    const Status status = CanonicalizeQuantization(&t.graph(), &log, &changes);
    EXPECT_EQ(status.code(), StatusCode::kInvalidModel);
    EXPECT_THAT(status.message(), HasSubstr("node 'QuantizeLinear' (QuantizeLinear): scale 0 is "));
  }
}

}  // namespace
}  // namespace linnet::converter
