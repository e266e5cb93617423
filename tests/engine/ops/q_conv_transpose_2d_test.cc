#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

constexpr int kXZero = 12, kYZero = -3;

struct Params {
  int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0, pad_bottom = 0,
          pad_right = 0, group = 1;
};

OpTest Transposed(const Params& p) {
  OpTest test(OpCode::QConvTranspose2D);
  test.Attrs<format::ConvTranspose2DT>([&](auto& a) {
    a.stride_h = static_cast<int>(p.stride_h), a.stride_w = static_cast<int>(p.stride_w);
    a.dilation_h = static_cast<int>(p.dilation_h), a.dilation_w = static_cast<int>(p.dilation_w);
    a.pad_top = static_cast<int>(p.pad_top), a.pad_left = static_cast<int>(p.pad_left);
    a.pad_bottom = static_cast<int>(p.pad_bottom), a.pad_right = static_cast<int>(p.pad_right);
    a.group = static_cast<int>(p.group);
  });
  return test;
}

// x [n, h, w, c] centred, weight [N, kh, kw, c/group] -> [n, oh, ow, N]: each pixel is spread over the outputs it
// touches.
Value Spread(const Params& p, const Value& x, const Value& weight) {
  const std::vector<double> xs = Numbers(x), ws = Numbers(weight);
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3], n = weight.shape[0], kh = weight.shape[1],
                kw = weight.shape[2], cg = c / p.group;
  const Shape shape = {x.shape[0], (h - 1) * p.stride_h + (kh - 1) * p.dilation_h + 1 - p.pad_top - p.pad_bottom,
                       (w - 1) * p.stride_w + (kw - 1) * p.dilation_w + 1 - p.pad_left - p.pad_right, n};
  std::vector<double> y(static_cast<size_t>(shape.elements()), 0.0);
  for (int64_t pixel = 0; pixel < x.shape[0] * h * w; ++pixel) {
    for (int64_t tap = 0; tap < kh * kw; ++tap) {
      const int64_t oy = pixel / w % h * p.stride_h + tap / kw * p.dilation_h - p.pad_top;
      const int64_t ox = pixel % w * p.stride_w + tap % kw * p.dilation_w - p.pad_left;
      if (oy < 0 || ox < 0 || oy >= shape[1] || ox >= shape[2]) continue;
      for (int64_t j = 0; j < n; ++j) {
        for (int64_t q = 0; q < cg; ++q) {
          y[static_cast<size_t>(((pixel / w / h * shape[1] + oy) * shape[2] + ox) * n + j)] +=
              xs[static_cast<size_t>(pixel * c + j / (n / p.group) * cg + q)] *
              ws[static_cast<size_t>((j * kh * kw + tap) * cg + q)];
        }
      }
    }
  }
  return MakeValue(ElementType::kFloat64, shape, y);
}

void Check(const Shape& x_shape, const Shape& weight_shape, const Params& p) {
  const Value x = Random(ElementType::kInt8, x_shape), weight = Random(ElementType::kInt8, weight_shape, 2);
  const int64_t n = weight_shape[0], group = p.group;
  const Channels channels(n, weight_shape.Product(1, 4));
  const Value y = Requantized(Spread(p, Centred(x, kXZero), Centred(weight, 0)), channels, {kYZero, -128, 127});
  const kernels::TransposeWeight shape = {
      static_cast<size_t>(group),           static_cast<size_t>(n / group),       static_cast<size_t>(weight_shape[1]),
      static_cast<size_t>(weight_shape[2]), static_cast<size_t>(weight_shape[3]), static_cast<size_t>(p.stride_h),
      static_cast<size_t>(p.stride_w),      static_cast<size_t>(p.dilation_h),    static_cast<size_t>(p.dilation_w)};
  const size_t width = format::PanelWidth(shape.n);
  std::vector<uint8_t> packed(kernels::TransposePanelInt8Bytes(shape, width));
  std::vector<int32_t> sums(static_cast<size_t>(p.stride_h * p.stride_w * n));
  kernels::PackTransposePanelsInt8(shape, width, Int8s(weight), reinterpret_cast<int8_t*>(packed.data()), sums.data());
  for (bool panels : {false, true}) {
    OpTest test = Transposed(p);
    test.Input(x);
    if (panels) {
      test.Packed(ElementType::kInt8, weight_shape, format::StorageOrder::PanelsInt8, static_cast<uint8_t>(width),
                  static_cast<uint32_t>(group), packed);
    } else {
      test.Constant(weight);
    }
    test.Constant(I32({n}, channels.bias)).NoInput().Constant(Multiplier(channels));
    if (panels) test.Constant(I32({p.stride_h * p.stride_w, n}, std::vector<double>(sums.begin(), sums.end())));
    test.Quantization(0, {0.5f}, {kXZero}).Output(y).OutputQuantization(0, 0.25f, kYZero).Check();
  }
}

TEST(QConvTranspose2D, StridesDilationsPadsAndGroups) {
  Check({1, 4, 5, 6}, {10, 3, 3, 6}, {});
  Check({2, 5, 4, 8}, {20, 2, 2, 8}, {2, 2});
  Check({1, 5, 6, 3}, {7, 4, 4, 3}, {2, 2, 1, 1, 1, 1, 1, 1});
  Check({1, 4, 4, 8}, {12, 3, 3, 4}, {3, 2, 1, 2, 1, 0, 0, 1, 2});
  Check({1, 3, 3, 5}, {4, 1, 2, 5}, {3, 3});  // phases without taps
  Check({1, 2, 90, 7}, {20, 4, 4, 7}, {2, 2, 1, 1, 1, 1, 1, 1});  // wide rows of few channels
}

TEST(QConvTranspose2D, Errors) {
  const auto make = [](size_t bytes, const Shape& sums) {
    OpTest test = Transposed({2, 2});
    test.Input(Random(ElementType::kInt8, {1, 2, 2, 4}));
    test.Packed(ElementType::kInt8, {4, 2, 2, 4}, format::StorageOrder::PanelsInt8, 4, 1, std::vector<uint8_t>(bytes));
    test.NoInput().NoInput().Constant(F32({1}, {1}));
    test.Constant(I32(sums, std::vector<double>(static_cast<size_t>(sums.elements()))));
    test.Quantization(0, {1.0f}, {0});
    return test.OutputShape(ElementType::kInt8, {1, 4, 4, 4}).OutputQuantization(0, 1.0f, 0);
  };
  make(64, {4, 4}).Check();
  make(60, {4, 4}).ExpectError(StatusCode::kInvalidModel, "its panels need 64");
  make(64, {4}).ExpectError(StatusCode::kInvalidModel, "a row of 4 for each phase");
}

}  // namespace
}  // namespace linnet::testing
