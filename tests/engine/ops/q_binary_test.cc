// QAdd, QSub and QMul.
#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

struct Scales {
  float a, b, y;
  int zero_a, zero_b, zero_y;
};
const Scales kSame = {0.5f, 0.25f, 0.5f, 0, 0, 0};

OpTest Binary(OpCode code, const Value& a, const Value& b, const Scales& s, const Value& expected) {
  OpTest test(code);
  test.Attrs<format::BinaryT>().Input(a).Input(b).Output(expected);
  test.Quantization(0, {s.a}, {s.zero_a}).Quantization(1, {s.b}, {s.zero_b}).OutputQuantization(0, s.y, s.zero_y);
  return test;
}

Value Anything(const Shape& shape) { return {ElementType::kInt8, shape, std::vector<uint8_t>(shape.elements())}; }

TEST(QBinary, Values) {
  // 2 + 0.25, 2.25 / 0.5 = 4.5 -> 4; 1.5 + 0.75 -> 4.5 -> 4; saturation.
  const Value a = I8({5}, {4, 3, 127, -128, 5}), b = I8({5}, {1, 3, 127, -128, 6});
  Binary(OpCode::QAdd, a, b, kSame, I8({5}, {4, 4, 127, -128, 8})).Check();
  Binary(OpCode::QSub, a, b, kSame, I8({5}, {4, 2, 64, -64, 2})).Check();
  // 4 * 1 * 0.5 * 0.25 / 0.5 = 1; 2.25; large; large; 7.5 -> 8
  Binary(OpCode::QMul, a, b, kSame, I8({5}, {1, 2, 127, 127, 8})).Check();
  const Scales shifted = {0.5f, 0.5f, 1, 10, -20, 3};
  Binary(OpCode::QAdd, I8({3}, {10, 12, 30}), I8({3}, {-20, -20, 0}), shifted, I8({3}, {3, 4, 23})).Check();
  Binary(OpCode::QSub, I8({3}, {10, 12, 30}), I8({3}, {-20, -20, 0}), shifted, I8({3}, {3, 4, 3})).Check();
  Binary(OpCode::QMul, I8({3}, {10, 12, 30}), I8({3}, {-20, -20, 0}), shifted, I8({3}, {3, 3, 103})).Check();
}

TEST(QBinary, Broadcast) {
  const Value a = I8({2, 3}, {1, 2, 3, 4, 5, 6});
  const Scales s = {1, 1, 1, 0, 0, 0};
  Binary(OpCode::QAdd, a, I8({3}, {10, 20, 30}), s, I8({2, 3}, {11, 22, 33, 14, 25, 36})).Check();
  Binary(OpCode::QSub, a, I8({2, 1}, {1, 4}), s, I8({2, 3}, {0, 1, 2, 0, 1, 2})).Check();
  Binary(OpCode::QMul, I8({}, {2}), a, s, I8({2, 3}, {2, 4, 6, 8, 10, 12})).Check();
  Binary(OpCode::QSub, I8({2, 1}, {1, 4}), a, s, I8({2, 3}, {0, -1, -2, 0, -1, -2})).Check();
  Binary(OpCode::QSub, I8({1}, {7}), I8({}, {3}), s, I8({1}, {4})).Check();
  Binary(OpCode::QAdd, I8({0, 3}, {}), I8({3}, {1, 2, 3}), s, I8({0, 3}, {})).Check();
}

TEST(QBinary, ClampsToQuantisedValues) {
  OpTest test(OpCode::QAdd);
  test.Attrs<format::BinaryT>([](auto& a) { a.activation = {format::ActivationKind::Clamp, -3, 5, 0, 0}; });
  test.Input(I8({4}, {-100, 0, 3, 100})).Input(I8({}, {1})).Output(I8({4}, {-3, 1, 4, 5}));
  test.Quantization(0, {1}, {0}).Quantization(1, {1}, {0}).OutputQuantization(0, 1, 0).Check();
}

// Over many random tensors: equal to the float model but for ties that floats decide otherwise.
TEST(QBinary, AgreesWithDequantiseComputeQuantise) {
  const OpCode codes[] = {OpCode::QAdd, OpCode::QSub, OpCode::QMul};
  for (int k = 0; k < 3; ++k) {
    const Scales s = {0.0437f, 0.0191f, k == 2 ? 0.043f : 0.0511f, -7, 12, 5};
    const Value a = Random(ElementType::kInt8, {3, 17, 37, 40}, 1 + k), b = Random(ElementType::kInt8, {17, 37, 40}, 9);
    const std::vector<double> x = Numbers(a), y = Numbers(b);
    std::vector<double> expected;
    for (size_t i = 0; i < x.size(); ++i) {
      const double p = Dequantized(x[i], static_cast<double>(s.a), s.zero_a);
      const double q = Dequantized(y[i % y.size()], static_cast<double>(s.b), s.zero_b);
      expected.push_back(QuantizedResult(k == 0 ? p + q : k == 1 ? p - q : p * q, static_cast<double>(s.y), s.zero_y));
    }
    OpTest test = Binary(codes[k], a, b, s, Anything(a.shape));
    const Value actual = test.Compute()[0];
    ExpectAgrees(actual, expected);
    Binary(codes[k], a, b, s, actual).Check();  // in every way it can be run
  }
}

TEST(QBinary, Wrong) {
  const Value a = I8({2}, {1, 2});
  const StatusCode invalid = StatusCode::kInvalidModel;
  const auto with = [&](Scales s) { return Binary(OpCode::QAdd, a, a, s, Anything({2})); };
  with({0, 1, 1, 0, 0, 0}).ExpectError(invalid, "'input0': scale 0");
  with({1, -1, 1, 0, 0, 0}).ExpectError(invalid, "'input1': scale -1");
  with({1, 1, NAN, 0, 0, 0}).ExpectError(invalid, "'output0': scale");
  with({1e-40f, 1, 1, 0, 0, 0}).ExpectError(invalid, "'input0': scale");
  with({1, 1, 1, 200, 0, 0}).ExpectError(invalid, "zero point 200");
  with({1, 1, 1, 0, 0, -129}).ExpectError(invalid, "zero point -129");
  with({1e30f, 1, 1e-30f, 0, 0, 0}).ExpectError(invalid, "too far apart");
  Binary(OpCode::QMul, a, I8({3}, {1, 2, 3}), kSame, Anything({2})).ExpectError(invalid, "do not broadcast");
  Binary(OpCode::QMul, a, F32({2}, {1, 2}), kSame, Anything({2})).ExpectError(invalid, "float32");
  OpTest(OpCode::QAdd).Attrs<format::BinaryT>().Input(a).Input(a).Output(a).ExpectError(invalid, "needs one scale");
  const auto activation = [&](format::ActivationKind kind, float lo, float hi) {
    OpTest test(OpCode::QAdd);
    test.Attrs<format::BinaryT>([&](auto& attrs) { attrs.activation = {kind, lo, hi, 0, 0}; }).Input(a).Input(a);
    test.Output(a).Quantization(0, {1}, {0}).Quantization(1, {1}, {0}).OutputQuantization(0, 1, 0);
    return test;
  };
  activation(format::ActivationKind::Clamp, 0.5f, 6).ExpectError(invalid, "clamps to [0.5, 6]");
  activation(format::ActivationKind::Clamp, 6, 0).ExpectError(invalid, "clamps to");
  activation(format::ActivationKind::Clamp, 0, 128).ExpectError(invalid, "clamps to");
  activation(format::ActivationKind::Sigmoid, 0, 0).ExpectError(StatusCode::kUnsupported, "only a clamp");
}

}  // namespace
}  // namespace linnet::testing
