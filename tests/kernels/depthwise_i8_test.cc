#include "kernels/depthwise_i8.h"

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/depthwise_i8.h"
#include "kernels/reference/requantize.h"
#include "tests/kernels/kernel_test.h"

#if defined(__x86_64__)
// The AVX-VNNI variant with its instruction as AVX-512 encodes it, for processors that have only that one.
#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx_vnni_taps_twin {
using namespace avx2;
namespace {

constexpr int kTile = 2;
constexpr int kLargestStream = 0;

}  // namespace
#define LINNET_DPBUSD _mm256_dpbusd_epi32
#include "kernels/x86/taps_vnni-inl.h"
#undef LINNET_DPBUSD
#include "kernels/one_row-inl.h"
namespace {
#include "kernels/depthwise_i8-inl.h"
}  // namespace
}  // namespace linnet::kernels::avx_vnni_taps_twin
#include "kernels/region_end.h"
#endif

namespace linnet::kernels {
namespace {

using DepthwiseI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(DepthwiseI8Test);

struct Case {
  size_t batch, h, w, channels, kernel_h, kernel_w, stride, dilation, pad_top, pad_left, pad_bottom, pad_right;
  size_t extra = 0;  // bytes between pixels
  size_t misalign = 0;
  bool bias = true, extremes = false;
  void (*run)(const DepthwiseI8& conv, size_t row_begin, size_t row_end) = &DepthwiseConvI8;
};

void Check(const Case& c, size_t bands = 1) {
  DepthwiseI8 conv = {};
  conv.in_h = c.h, conv.in_w = c.w, conv.channels = c.channels;
  conv.out_h = (c.h + c.pad_top + c.pad_bottom - (c.kernel_h - 1) * c.dilation - 1) / c.stride + 1;
  conv.out_w = (c.w + c.pad_left + c.pad_right - (c.kernel_w - 1) * c.dilation - 1) / c.stride + 1;
  conv.x_stride = c.channels + c.extra, conv.y_stride = c.channels + 2 * c.extra;
  conv.kernel_h = c.kernel_h, conv.kernel_w = c.kernel_w;
  conv.stride_h = conv.stride_w = c.stride;
  conv.dilation_h = conv.dilation_w = c.dilation;
  conv.pad_top = c.pad_top, conv.pad_left = c.pad_left;
  conv.x_pad = -9;
  conv.requantize = {-5, -100, 120};
  const size_t taps = c.kernel_h * c.kernel_w, rows = c.batch * conv.out_h;
  Random random(c.channels * 131 + c.w * 7 + taps);
  const auto value = [&] {
    return static_cast<int8_t>(c.extremes ? (random.Int(0, 1) != 0 ? 127 : -128) : random.Int(-128, 127));
  };
  const size_t y_size = c.channels == 0 ? 0 : (rows * conv.out_w - 1) * conv.y_stride + c.channels;
  const size_t x_size = c.channels == 0 ? 0 : (c.batch * c.h * c.w - 1) * conv.x_stride + c.channels;
  Guarded<int8_t> x(x_size, c.misalign), y(y_size, c.misalign);
  Guarded<int8_t> packed(format::DepthwiseElements(c.channels, taps, 16), c.misalign);
  Guarded<int32_t> bias(c.channels, c.misalign);
  Guarded<float> multiplier(c.channels, c.misalign);
  std::vector<int8_t> weight(taps * c.channels);
  Guarded<int8_t> padding(c.w * c.channels, c.misalign);
  for (int8_t& v : padding) v = conv.x_pad;
  conv.padding = padding.data();
  conv.padding_bytes = c.w * c.channels;
  for (int8_t& v : x) v = value();
  for (int8_t& v : weight) v = value();
  for (int8_t& v : y) v = 55;
  for (int32_t& v : bias) v = random.Int(-20000, 20000);
  for (float& v : multiplier) v = 0.01f / std::sqrt(static_cast<float>(taps)) * random.Uniform(0.5f, 1.5f);
  PackDepthwise(c.channels, taps, 16, weight.data(), packed.data());
  conv.x = x.data(), conv.y = y.data(), conv.weight = packed.data(), conv.multiplier = multiplier.data();
  conv.bias = c.bias ? bias.data() : nullptr;
  for (size_t band = bands; band-- > 0;) c.run(conv, rows * band / bands, rows * (band + 1) / bands);
  const std::vector<int64_t> sums = reference::Depthwise(conv, rows, weight);
  for (size_t i = 0; i < sums.size(); ++i) {
    const size_t pixel = i / c.channels, j = i % c.channels;
    ASSERT_EQ(y[pixel * conv.y_stride + j], reference::Requantized(sums[i], multiplier[j], conv.requantize))
        << c.h << "x" << c.w << "x" << c.channels << " kernel " << c.kernel_h << "x" << c.kernel_w << " stride "
        << c.stride << " pixel " << pixel << " channel " << j;
    for (size_t e = c.channels; e < conv.y_stride && j == 0 && pixel + 1 < rows * conv.out_w; ++e) {
      ASSERT_EQ(y[pixel * conv.y_stride + e], 55);
    }
  }
}

TEST_P(DepthwiseI8Test, EveryNumberOfChannels) {
  for (size_t channels : Sizes()) {
    Check({1, 5, 9, channels, 3, 3, 1, 1, 1, 1, 1, 1});
    Check({1, 5, 9, channels, 3, 3, 2, 1, 1, 1, 1, 1});
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedTapsIsa());
}

TEST_P(DepthwiseI8Test, EveryWidthAndHeight) {
  for (size_t size = 1; size < 18; ++size) {
    for (size_t kernel : {1, 2, 3, 5, 7}) {
      for (size_t stride : {1, 2, 3}) {
        const size_t pad = kernel / 2;
        Check({1, size, 20 - size, 18, kernel, kernel, stride, 1, pad, pad, pad, pad});
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(DepthwiseI8Test, OddShapes) {
  const Case cases[] = {
      {2, 8, 7, 20, 3, 3, 1, 2, 2, 2, 2, 2}, {1, 9, 9, 33, 3, 5, 2, 1, 0, 2, 1, 1}, {3, 4, 30, 16, 1, 3, 1, 1, 0, 1, 0, 1},
      {1, 6, 40, 8, 7, 7, 1, 1, 3, 3, 3, 3}, {1, 3, 3, 16, 5, 5, 1, 1, 2, 2, 2, 2}, {1, 12, 5, 48, 4, 2, 2, 1, 1, 0, 1, 1},
      {1, 2, 2, 16, 3, 3, 1, 1, 3, 3, 3, 3}, {2, 7, 7, 96, 3, 3, 1, 1, 0, 0, 0, 0},
      {1, 9, 9, 16, 3, 3, 1, 1, SIZE_MAX, SIZE_MAX, 0, 0},  // paddings of -1
  };
  for (Case c : cases) {
    for (size_t extra : {0, 5}) {
      c.extra = extra;
      c.misalign = extra == 0 ? 0 : 1;
      c.bias = extra == 0;
      Check(c);
      Check(c, 3);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DepthwiseI8Test, NothingSaturates) {
  for (size_t kernel : {3, 5}) {
    Case c = {1, 12, 12, 32, kernel, kernel, 1, 1, 1, 1, 1, 1};
    c.extremes = true;
    Check(c);
  }
}

#if defined(__x86_64__)
TEST(DepthwiseI8AvxVnniTest, TwinMatchesReference) {
  if (!IsaSupported(Isa::kAvx512Vnni)) GTEST_SKIP() << "needs AVX-512 VNNI";
  for (size_t channels : Sizes()) {
    for (size_t kernel : {1, 3, 5, 7}) {
      for (size_t stride : {1, 2}) {
        const size_t pad = kernel / 2;
        Case c = {1, 6, 9, channels, kernel, kernel, stride, 1, pad, pad, pad, pad};
        c.extremes = kernel == 5;
        c.run = &avx_vnni_taps_twin::DepthwiseConvI8;
        Check(c);
        if (HasFatalFailure()) return;
      }
    }
  }
}
#endif

}  // namespace
}  // namespace linnet::kernels
