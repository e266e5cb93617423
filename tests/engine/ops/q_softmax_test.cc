#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

OpTest Softmax(const Value& x, int axis, float scale_x, float scale_y, int zero_y, const Value& y) {
  OpTest test(OpCode::QSoftmax);
  test.Attrs<format::AxisT>([&](auto& a) { a.axis = axis; });
  test.Input(x).Output(y).Quantization(0, {scale_x}, {5}).OutputQuantization(0, scale_y, zero_y);
  return test;
}

TEST(QSoftmax, Values) {
  // e^0, e^-1, e^-2 of their sum 1.5032: 0.665, 0.245, 0.09.
  Softmax(I8({3}, {10, 8, 6}), 0, 0.5f, 0.01f, 0, I8({3}, {67, 24, 9})).Check();
  Softmax(I8({2, 1}, {10, -128}), 1, 0.5f, 1 / 256.0f, -128, I8({2, 1}, {127, 127})).Check();
  Softmax(I8({2, 2}, {10, -128, 10, 127}), 0, 0.5f, 1 / 256.0f, -128, I8({2, 2}, {0, -128, 0, 127})).Check();
  Softmax(I8({}, {3}), 0, 1, 0.01f, 0, I8({}, {100})).Check();
  Softmax(I8({0, 3}, {}), 1, 1, 0.01f, 0, I8({0, 3}, {})).Check();
}

TEST(QSoftmax, AgreesWithDequantiseComputeQuantise) {
  const Shape shape = {40, 23, 50};
  const Value x = Random(ElementType::kInt8, shape, 6);
  const std::vector<double> q = Numbers(x);
  for (int axis : {1, 2}) {
    const int n = axis == 1 ? 23 : 50, inner = axis == 1 ? 50 : 1;
    std::vector<double> expected(q.size());
    for (size_t i = 0; i < q.size(); ++i) {
      if (i / inner % n != 0) continue;
      double sum = 0;
      for (int k = 0; k < n; ++k) sum += std::exp(q[i + k * inner] * static_cast<double>(0.05f));
      for (int k = 0; k < n; ++k) {
        const double e = std::exp(q[i + k * inner] * static_cast<double>(0.05f));
        expected[i + k * inner] = QuantizedResult(e / sum, 1.0 / 256, -128);
      }
    }
    const Value any = {ElementType::kInt8, shape, std::vector<uint8_t>(q.size())};
    const Value actual = Softmax(x, axis, 0.05f, 1 / 256.0f, -128, any).Compute()[0];
    ExpectAgrees(actual, expected);
    Softmax(x, axis, 0.05f, 1 / 256.0f, -128, actual).Check();
  }
}

TEST(QSoftmax, Wrong) {
  const Value x = I8({2}, {1, 2});
  Softmax(x, 1, 1, 1, 0, x).ExpectError(StatusCode::kInvalidModel, "axis 1");
  Softmax(x, 0, 0, 1, 0, x).ExpectError(StatusCode::kInvalidModel, "scale 0");
  Softmax(x, 0, 1, 1, 300, x).ExpectError(StatusCode::kInvalidModel, "zero point 300");
  Softmax(F32({2}, {1, 2}), 0, 1, 1, 0, x).ExpectError(StatusCode::kInvalidModel, "float32");
}

}  // namespace
}  // namespace linnet::testing
