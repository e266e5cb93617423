#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

constexpr int kXZero = 9, kYZero = -20;

OpTest Depthwise(const ConvParams& p) {
  OpTest test(OpCode::QDepthwiseConv2D);
  test.Attrs<format::DepthwiseConv2DT>([&](auto& a) { p.Set(&a); });
  return test;
}

// [kh, kw, c] -> [c, kh, kw, 1], the weight of an ordinary convolution of c groups.
Value AsGroups(const Value& weight) {
  const std::vector<double> w = Numbers(weight);
  const int64_t c = weight.shape[2], taps = weight.shape[0] * weight.shape[1];
  std::vector<double> to;
  for (int64_t j = 0; j < c; ++j) {
    for (int64_t t = 0; t < taps; ++t) to.push_back(w[t * c + j]);
  }
  return MakeValue(weight.type, {c, weight.shape[0], weight.shape[1], 1}, to);
}

void Check(const Shape& x_shape, const Shape& weight_shape, ConvParams p) {
  const Value x = Random(ElementType::kInt8, x_shape), weight = Random(ElementType::kInt8, weight_shape, 2);
  const int64_t c = weight_shape[2], taps = weight_shape[0] * weight_shape[1];
  const Channels channels(c, taps);
  p.group = c;
  const Value groups = AsGroups(weight);
  const Value y = Requantized(Convolve(p, Centred(x, kXZero), Centred(groups, 0)), channels, {kYZero, -128, 127});
  const Value bias = FoldedBias(channels, RowSums(groups), kXZero);
  std::vector<uint8_t> packed(format::DepthwiseElements(static_cast<size_t>(c), static_cast<size_t>(taps), 16));
  kernels::PackDepthwise(static_cast<size_t>(c), static_cast<size_t>(taps), 16, Int8s(weight),
                         reinterpret_cast<int8_t*>(packed.data()));
  OpTest plain = Depthwise(p), test = Depthwise(p);
  plain.Input(x).Constant(weight);
  test.Input(x).Packed(ElementType::kInt8, weight_shape, format::StorageOrder::Depthwise, 16, 1, packed);
  for (OpTest* t : {&plain, &test}) {
    t->Constant(bias).NoInput().Constant(Multiplier(channels)).Quantization(0, {0.5f}, {kXZero});
    t->Output(y).OutputQuantization(0, 0.25f, kYZero).Check();
  }
}

TEST(QDepthwiseConv2D, KernelsStridesDilationsAndPads) {
  Check({1, 7, 9, 5}, {3, 3, 5}, {1, 1, 1, 1, 1, 1, 1, 1});
  Check({2, 8, 8, 32}, {3, 3, 32}, {2, 2, 1, 1, 0, 0, 1, 1});
  Check({1, 14, 15, 24}, {5, 5, 24}, {1, 1, 1, 1, 2, 2, 2, 2});
  Check({1, 9, 9, 17}, {3, 2, 17}, {1, 2, 2, 1, 2, 0, 2, 1});
  Check({1, 40, 31, 16}, {3, 3, 16}, {1, 1, 1, 1, 1, 1, 1, 1});
}

// Quantisers raise the bias of channels whose weights are as good as nothing to the edge of int32.
TEST(QDepthwiseConv2D, BiasAtTheEdgeOfInt32) {
  const Shape shape = {3, 3, 20};
  const auto make = [&](int8_t last) {
    std::vector<double> w(180), b(20);
    for (size_t tap = 0; tap < 9; ++tap) w[tap * 20 + 17] = 1, w[tap * 20 + 3] = 127;
    w[8 * 20 + 17] = last;
    b[17] = 2147483647 - 8 * 128 - 127;  // room for 8 products of 1 and less than one more
    const Value weight = MakeValue(ElementType::kInt8, shape, w);
    std::vector<uint8_t> packed(format::DepthwiseElements(20, 9, 16));
    kernels::PackDepthwise(20, 9, 16, Int8s(weight), reinterpret_cast<int8_t*>(packed.data()));
    OpTest plain = Depthwise({}), stored = Depthwise({});
    plain.Input(Random(ElementType::kInt8, {1, 3, 3, 20})).Constant(weight);
    stored.Input(Random(ElementType::kInt8, {1, 3, 3, 20}));
    stored.Packed(ElementType::kInt8, shape, format::StorageOrder::Depthwise, 16, 1, packed);
    for (OpTest* t : {&plain, &stored}) {
      t->Constant(I32({20}, b)).NoInput().Constant(F32({1}, {1e-9})).Quantization(0, {1.0f}, {0});
      t->OutputShape(ElementType::kInt8, {1, 1, 1, 20}).OutputQuantization(0, 1.0f, 0);
    }
    return std::vector<OpTest>{plain, stored};
  };
  for (const OpTest& test : make(0)) test.Check();
  for (const OpTest& test : make(1)) test.ExpectError(StatusCode::kUnsupported, "channel 17: products of up to 1152");
}

TEST(QDepthwiseConv2D, Errors) {
  const auto make = [](const Shape& weight, int64_t w_zero, bool residual) {
    OpTest test = Depthwise({});
    test.Input(Random(ElementType::kInt8, {1, 2, 2, 3})).Constant(Random(ElementType::kInt8, weight)).NoInput();
    if (residual) {
      test.Input(Random(ElementType::kInt8, {1, 2, 2, 3}));
    } else {
      test.NoInput();
    }
    test.Constant(F32({1}, {1})).Quantization(0, {1.0f}, {0}).Quantization(1, {1.0f}, {w_zero});
    return test.OutputShape(ElementType::kInt8, {1, 2, 2, 3}).OutputQuantization(0, 1.0f, 0);
  };
  make({1, 1, 3}, 0, false).Check();
  make({1, 1, 4}, 0, false).ExpectError(StatusCode::kInvalidModel, "does not fit");
  make({1, 1, 3}, 1, false).ExpectError(StatusCode::kUnsupported, "zero points");
  make({1, 1, 3}, 0, true).ExpectError(StatusCode::kUnsupported, "residual");
}

}  // namespace
}  // namespace linnet::testing
