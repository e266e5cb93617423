#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

OpTest Norm(const Value& x, int axis, float scale_x, const Value& scale, const Value& bias, float scale_y, int zero_y,
            const Value& y) {
  OpTest test(OpCode::QLayerNorm);
  test.Attrs<format::NormT>([&](auto& a) { a.axis = axis; });
  test.Input(x).Param(scale);
  if (bias.shape.rank() > 0) test.Param(bias);
  test.Output(y).Quantization(0, {scale_x}, {7}).OutputQuantization(0, scale_y, zero_y);
  return test;
}

TEST(QLayerNorm, Values) {
  // Deviations -1 and 1 of a deviation of 1.
  const Value two = F32({2}, {1, 2});
  Norm(I8({2, 2}, {10, 12, -30, -90}), -1, 1, two, {}, 0.1f, 3, I8({2, 2}, {-7, 23, 13, -17})).Check();
  Norm(I8({2}, {10, 12}), 0, 1, two, F32({2}, {0.5, -1}), 0.1f, 0, I8({2}, {-5, 10})).Check();
  // No deviation at all.
  Norm(I8({3}, {9, 9, 9}), 0, 1, F32({3}, {1, 1, 1}), F32({3}, {1, 2, 3}), 1, 0, I8({3}, {1, 2, 3})).Check();
  Norm(I8({0, 2}, {}), 1, 1, two, {}, 1, 0, I8({0, 2}, {})).Check();
}

TEST(QLayerNorm, AgreesWithDequantiseComputeQuantise) {
  const int rows = 300, n = 97;
  const Value x = Random(ElementType::kInt8, {rows, n}, 8);
  const Value scale = Random(ElementType::kFloat32, {n}, 9), bias = Random(ElementType::kFloat32, {n}, 10);
  const std::vector<double> q = Numbers(x), g = Numbers(scale), b = Numbers(bias);
  std::vector<double> expected;
  for (int r = 0; r < rows; ++r) {
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) sum += q[r * n + i];
    for (int i = 0; i < n; ++i) squares += (q[r * n + i] - sum / n) * (q[r * n + i] - sum / n);
    const double s = static_cast<double>(0.037f), deviation = std::sqrt(squares / n * s * s + 1e-5);
    for (int i = 0; i < n; ++i) {
      const double y = (q[r * n + i] - sum / n) * s / deviation * g[i] + b[i];
      expected.push_back(QuantizedResult(y, static_cast<double>(0.083f), -3));
    }
  }
  const Value any = {ElementType::kInt8, x.shape, std::vector<uint8_t>(q.size())};
  const Value actual = Norm(x, 1, 0.037f, scale, bias, 0.083f, -3, any).Compute()[0];
  ExpectAgrees(actual, expected);
  Norm(x, 1, 0.037f, scale, bias, 0.083f, -3, actual).Check();
}

TEST(QLayerNorm, Wrong) {
  const Value x = I8({1, 2}, {1, 2}), two = F32({2}, {1, 2});
  const StatusCode invalid = StatusCode::kInvalidModel;
  Norm(x, 2, 1, two, {}, 1, 0, x).ExpectError(invalid, "axis 2");
  Norm(x, 1, 1, F32({3}, {1, 2, 3}), {}, 1, 0, x).ExpectError(invalid, "expected 2 numbers");
  Norm(x, 1, 1, two, I32({2}, {1, 2}), 1, 0, x).ExpectError(invalid, "int32");
  Norm(x, 1, -1, two, {}, 1, 0, x).ExpectError(invalid, "scale -1");
  Norm(x, 1, 1, two, {}, INFINITY, 0, x).ExpectError(invalid, "scale inf");
  Norm(two, 0, 1, two, {}, 1, 0, x).ExpectError(invalid, "float32");
  OpTest test(OpCode::QLayerNorm);
  test.Attrs<format::NormT>([](auto& a) { a.epsilon = -1; }).Input(x).Param(two).Output(x);
  test.ExpectError(invalid, "epsilon is -1");
}

}  // namespace
}  // namespace linnet::testing
