#include "kernels/depthwise_f32.h"

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/depthwise_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using DepthwiseF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(DepthwiseF32Test);

struct Case {
  size_t batch, in_h, in_w, channels, kernel, stride, dilation, pad;
  size_t extra = 0, misalign = 0;
  bool bias = true;
  Activation activation = {};
};

template <typename Apply>
void CheckCase(const Case& c, Apply apply) {
  const size_t span = (c.kernel - 1) * c.dilation + 1;
  const size_t out_h = (c.in_h + 2 * c.pad - span) / c.stride + 1, out_w = (c.in_w + 2 * c.pad - span) / c.stride + 1;
  const size_t stride = c.channels + c.extra, taps = c.kernel * c.kernel;
  const auto floats = [&](size_t pixels) { return pixels == 0 ? 0 : (pixels - 1) * stride + c.channels; };
  Guarded<float> x(floats(c.batch * c.in_h * c.in_w), c.misalign), y(floats(c.batch * out_h * out_w), c.misalign);
  Guarded<float> bias(c.channels, c.misalign), packed(format::DepthwiseElements(c.channels, taps, 16), c.misalign);
  std::vector<float> weight(taps * c.channels);
  Random random(c.channels + 31 * c.kernel);
  random.Fill(x);
  random.Fill(y);
  random.Fill(bias);
  random.Fill(weight);
  PackDepthwise(c.channels, taps, 16, weight.data(), packed.data());
  const std::vector<float> before(y.begin(), y.end());
  const DepthwiseF32 conv = {c.in_h,     c.in_w,     out_h, out_w, c.channels, stride,        stride,
                             c.kernel,   c.kernel,   c.stride, c.stride, c.dilation, c.dilation, c.pad,
                             c.pad,      x.data(),   packed.data(), c.bias ? bias.data() : nullptr, y.data(), c.activation};
  const size_t rows = c.batch * out_h;
  DepthwiseConvF32(conv, rows / 3, rows);
  DepthwiseConvF32(conv, 0, rows / 3);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t ox = 0; ox < out_w; ++ox) {
      const size_t at = (row * out_w + ox) * stride;
      for (size_t j = 0; j < c.channels; ++j) {
        const reference::Sum sum = reference::Depthwise(conv, weight, row / out_h, row % out_h, ox, j);
        const double tolerance = (static_cast<double>(taps) + 4) * 0x1p-24 * sum.magnitude;
        ASSERT_NEAR(y[at + j], apply(sum.value), tolerance)
            << "channels " << c.channels << " kernel " << c.kernel << " row " << row << " x " << ox << " channel " << j;
      }
      for (size_t j = c.channels; j < stride && at + j < y.size(); ++j) ASSERT_EQ(y[at + j], before[at + j]);
    }
  }
}

void CheckCase(const Case& c) {
  CheckCase(c, [](double x) { return x; });
}

TEST_P(DepthwiseF32Test, ChannelsAroundTheVectorWidth) {
  for (size_t channels : Sizes()) {
    for (size_t misalign : {0, 1, 3}) {
      CheckCase({1, 9, 9, channels, 3, 1, 1, 1, /*extra=*/misalign, misalign});
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(DepthwiseF32Test, KernelsStridesDilationsPaddingsAndWidths) {
  for (size_t kernel : {1, 2, 3, 4, 5, 7}) {
    for (size_t stride : {1, 2, 3}) {
      for (size_t dilation : {1, 2}) {
        for (size_t in : {1, 2, 5, 7, 8, 14, 16, 23}) {
          for (size_t pad : {size_t{0}, kernel / 2, kernel - 1}) {
            const size_t in_h = in < 4 ? in : 4;
            if (in_h + 2 * pad < (kernel - 1) * dilation + 1) continue;
            CheckCase({2, in_h, in, 20, kernel, stride, dilation, pad});
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST_P(DepthwiseF32Test, PaddingLargerThanTheImage) { CheckCase({1, 2, 2, 17, 5, 1, 2, 7}); }

TEST_P(DepthwiseF32Test, ActivationsAndNoBias) {
  for (size_t extra : {0, 4}) {
    Case c = {1, 10, 10, 24, 3, 1, 1, 1, extra};
    c.bias = false;
    c.activation = {ActivationKind::kClamp, -0.25f, 0.75f, 0, 0};
    CheckCase(c, [](double x) { return std::min(std::max(x, -0.25), 0.75); });
    c.activation = {ActivationKind::kHardSwish, 0, 0, 0, 0};
    CheckCase(c, [](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); });
  }
}

TEST_P(DepthwiseF32Test, NaNPropagatesThroughTheClamp) {
  const float x = std::nanf("");
  const std::vector<float> weight(16, 1);
  float y = 0;
  DepthwiseF32 conv = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, &x, weight.data(), nullptr, &y, {}};
  conv.activation = {ActivationKind::kClamp, 0, 6, 0, 0};
  DepthwiseConvF32(conv, 0, 1);
  EXPECT_TRUE(std::isnan(y));
}

}  // namespace
}  // namespace linnet::kernels
