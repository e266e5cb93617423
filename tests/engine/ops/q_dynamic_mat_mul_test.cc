#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

// y as the op's head says, the sums exact.
std::vector<double> Expected(const Value& a, const Value& weight, const std::vector<double>& scale,
                             const std::vector<double>& bias) {
  const std::vector<double> x = Numbers(a), w = Numbers(weight);
  const int64_t k = a.shape.back(), n = weight.shape[0], m = a.shape.elements() / k;
  std::vector<double> y;
  for (int64_t i = 0; i < m; ++i) {
    double most = 0;
    for (int64_t p = 0; p < k; ++p) most = std::fmax(most, std::fabs(x[i * k + p]));
    const float multiplier = 127 / static_cast<float>(most), step = static_cast<float>(most) / 127;
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t p = 0; p < k; ++p) sum += std::nearbyint(static_cast<float>(x[i * k + p]) * multiplier) * w[j * k + p];
      y.push_back((most > 0 ? sum * step : 0) * scale[j] + bias[j]);
    }
  }
  return y;
}

OpTest Make(const Value& a, const Value& weight, const std::vector<double>& scale, const std::vector<double>& bias) {
  const int64_t n = weight.shape[0], k = weight.shape[1];
  OpTest test(OpCode::QDynamicMatMul);
  test.Attrs<format::MatMulT>([](auto&) {});
  test.Input(a);
  test.Packed(ElementType::kInt8, {k, n}, format::StorageOrder::PanelsInt8,
              static_cast<uint8_t>(format::PanelWidth(static_cast<size_t>(n))), 1, PanelsInt8(weight, 1));
  test.Constant(MakeValue(ElementType::kFloat32, {n}, bias)).NoInput();
  test.Constant(MakeValue(ElementType::kFloat32, {static_cast<int64_t>(scale.size())}, scale)).Constant(I32({n}, RowSums(weight)));
  return test;
}

void Check(const Shape& a_shape, int64_t n) {
  const Value a = Random(ElementType::kFloat32, a_shape), weight = Random(ElementType::kInt8, {n, a_shape.back()}, 2);
  std::vector<double> scale, bias;
  for (int64_t j = 0; j < n; ++j) {
    scale.push_back(std::ldexp(1.0 + static_cast<double>(j % 3), -8));
    bias.push_back(static_cast<double>(j % 5) - 2);
  }
  Shape out = a_shape;
  out[out.rank() - 1] = n;
  // Sums are exact; three roundings of float are not.
  Make(a, weight, scale, bias).Output(MakeValue(ElementType::kFloat32, out, Expected(a, weight, scale, bias)))
      .Within(1e-6, 1e-6).Check();
}

TEST(QDynamicMatMul, QuantisesEachRow) {
  Check({1, 16}, 16);
  Check({5, 33}, 48);
  Check({2, 9, 100}, 20);
  Check({7}, 3);
}

TEST(QDynamicMatMul, RowsOfZerosAndOfNaN) {
  const Value weight = MakeValue(ElementType::kInt8, {2, 2}, {1, 2, 3, 4});
  const double nan = std::nan("");
  const Value a = MakeValue(ElementType::kFloat32, {3, 2}, {0, 0, 127, 0, nan, 1});
  Make(a, weight, {1, 1}, {0.5, 0}).Output(MakeValue(ElementType::kFloat32, {3, 2}, {0.5, 0, 127.5, 381, nan, nan})).Check();
}

TEST(QDynamicMatMul, Errors) {
  const Value weight = Random(ElementType::kInt8, {4, 8});
  Make(Random(ElementType::kFloat32, {2, 9}), weight, {1, 1, 1, 1}, {0, 0, 0, 0})
      .OutputShape(ElementType::kFloat32, {2, 4}).ExpectError(StatusCode::kInvalidModel, "different inner sizes");
  Make(Random(ElementType::kFloat32, {2, 8}), weight, {1, 1, 1}, {0, 0, 0, 0})
      .OutputShape(ElementType::kFloat32, {2, 4}).ExpectError(StatusCode::kInvalidModel, "expected [N]");
}

}  // namespace
}  // namespace linnet::testing
