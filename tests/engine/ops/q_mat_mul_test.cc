#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

constexpr int kAZero = -7, kBZero = 30, kYZero = 2;

// a [batch, M, K] x b [batch or 1, K, N], or b [.., N, K]; centred already.
Value Multiply(const Value& a, const Value& b, bool transpose_b, const Shape& out) {
  const std::vector<double> x = Numbers(a), w = Numbers(b);
  const int64_t k = a.shape.back(), n = out.back(), m = a.shape.rank() > 1 ? a.shape[a.shape.rank() - 2] : 1;
  const int64_t b_matrix = k * n, batches = b.shape.elements() / b_matrix;
  std::vector<double> y;
  for (int64_t i = 0; i < out.elements(); ++i) {
    const int64_t row = i / n, j = i % n, batch = row / m % batches;
    double sum = 0;
    for (int64_t p = 0; p < k; ++p) {
      sum += x[row * k + p] * w[batch * b_matrix + (transpose_b ? j * k + p : p * n + j)];
    }
    y.push_back(sum);
  }
  return MakeValue(ElementType::kFloat64, out, y);
}

OpTest MatMul(bool transpose_b) {
  OpTest test(OpCode::QMatMul);
  test.Attrs<format::MatMulT>([&](auto& a) { a.transpose_b = transpose_b; });
  return test;
}

void CheckActivations(const Shape& a_shape, const Shape& b_shape, bool transpose_b, const Shape& out) {
  const Value a = Random(ElementType::kInt8, a_shape), b = Random(ElementType::kInt8, b_shape, 2);
  const Channels channels(out.back(), a_shape.back());
  const Value sums = Multiply(Centred(a, kAZero), Centred(b, kBZero), transpose_b, out);
  MatMul(transpose_b).Input(a).Input(b).Constant(I32({channels.size()}, channels.bias)).NoInput()
      .Constant(Multiplier(channels)).Quantization(0, {1.0f}, {kAZero}).Quantization(1, {1.0f}, {kBZero})
      .Output(Requantized(sums, channels, {kYZero, -128, 127})).OutputQuantization(0, 1.0f, kYZero).Check();
}

TEST(QMatMul, TwoActivations) {
  CheckActivations({3, 7, 16}, {3, 16, 9}, false, {3, 7, 9});
  CheckActivations({3, 7, 16}, {3, 9, 16}, true, {3, 7, 9});
  CheckActivations({2, 33, 50}, {50, 40}, false, {2, 33, 40});
  CheckActivations({1, 5}, {5, 3}, false, {1, 3});
  CheckActivations({12, 50, 64}, {12, 50, 64}, true, {12, 50, 50});
}

void CheckPanels(const Shape& a_shape, int64_t n, int w_zero = 0) {
  const int64_t k = a_shape.back();
  const Value a = Random(ElementType::kInt8, a_shape), weight = Random(ElementType::kInt8, {n, k}, 2);
  const Channels channels(n, k);
  Shape out = a_shape;
  out[out.rank() - 1] = n;
  const Value sums = Multiply(Centred(a, kAZero), Centred(weight, w_zero), /*transpose_b=*/true, out);
  const std::vector<double> weight_sums = RowSums(weight);
  OpTest test = MatMul(false);
  test.Input(a);
  test.Packed(ElementType::kInt8, {k, n}, format::StorageOrder::PanelsInt8,
              static_cast<uint8_t>(format::PanelWidth(static_cast<size_t>(n))), 1, PanelsInt8(weight, 1));
  test.Constant(FoldedBias(channels, weight_sums, kAZero, static_cast<double>(k), w_zero)).NoInput();
  test.Constant(Multiplier(channels)).Constant(I32({n}, weight_sums)).Quantization(0, {1.0f}, {kAZero});
  if (w_zero != 0) test.Quantization(1, {1.0f}, {w_zero});
  test.Output(Requantized(sums, channels, {kYZero, -128, 127})).OutputQuantization(0, 1.0f, kYZero).Check();
}

TEST(QMatMul, Panels) {
  CheckPanels({1, 1000}, 100);
  CheckPanels({5, 20, 33}, 48);
  CheckPanels({70, 64}, 3);
  CheckPanels({9}, 17);
  CheckPanels({6, 40}, 20, 99);
}

TEST(QMatMul, Errors) {
  const auto make = [](const Shape& a, const Shape& b, int64_t b_zero) {
    OpTest test = MatMul(false);
    test.Input(Random(ElementType::kInt8, a)).Input(Random(ElementType::kInt8, b)).NoInput().NoInput();
    test.Constant(F32({1}, {1})).Quantization(0, {1.0f}, {0}).Quantization(1, {1.0f}, {b_zero});
    return test.OutputShape(ElementType::kInt8, {a[0], b[1]}).OutputQuantization(0, 1.0f, 0);
  };
  make({2, 3}, {3, 4}, 0).Check();
  make({2, 3}, {4, 4}, 0).ExpectError(StatusCode::kInvalidModel, "different inner sizes");
  make({2, 3}, {3, 4}, 200).ExpectError(StatusCode::kInvalidModel, "zero point 200");
  make({1, 40000}, {40000, 1}, 0).ExpectError(StatusCode::kUnsupported, "may not fit into 32 bits");
}

}  // namespace
}  // namespace linnet::testing
