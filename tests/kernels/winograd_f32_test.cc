#include "kernels/winograd_f32.h"

#include <algorithm>

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/gemm_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using WinogradF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(WinogradF32Test);

struct Case {
  size_t batch, in_h, in_w, channels, n;
  size_t pad_top = 1, pad_left = 1, pad_bottom = 1, pad_right = 1;
  bool bias = true, residual = true, in_place = false;
  size_t pad_columns = 3;  // rows of x and y are that much longer
  size_t misalign = 0;
  int threads = 1;
  Activation activation = {};
};

class Convolution {
 public:
  explicit Convolution(const Case& c)
      : case_(c),
        rows_{c.in_h, c.in_w, c.channels, c.channels + c.pad_columns,
              c.in_h + c.pad_top + c.pad_bottom - 2, c.in_w + c.pad_left + c.pad_right - 2,
              3, 3, 1, 1, 1, 1, c.pad_top, c.pad_left},
        pixels_(c.batch * rows_.out_h * rows_.out_w),
        x_((c.batch * c.in_h * c.in_w - 1) * rows_.pixel_stride + c.channels, c.misalign),
        bias_(c.n, c.misalign),
        y_((pixels_ - 1) * (c.n + c.pad_columns) + c.n, c.misalign),
        residual_(y_.size(), c.misalign),
        weight_(9 * c.channels * c.n),
        filters_(format::PanelElements(1, c.n, 9 * c.channels, 16), c.misalign) {
    Random random(c.channels * 1009 + c.n);
    random.Fill(x_);
    random.Fill(bias_);
    random.Fill(residual_);
    random.Fill(weight_);
    PackPanels(PlainMatrices{1, c.n, 9 * c.channels, 0, 1, c.n}, 16, weight_.data(), filters_.data());
    std::copy(residual_.begin(), residual_.end(), y_.begin());
    w_.batch = c.batch, w_.in_h = c.in_h, w_.in_w = c.in_w, w_.channels = c.channels, w_.n = c.n;
    w_.out_h = rows_.out_h, w_.out_w = rows_.out_w, w_.pad_top = c.pad_top, w_.pad_left = c.pad_left;
    w_.x = x_.data(), w_.x_stride = rows_.pixel_stride;
    w_.filters = filters_.data();
    w_.bias = c.bias ? bias_.data() : nullptr;
    w_.residual = !c.residual ? nullptr : c.in_place ? y_.data() : residual_.data();
    w_.residual_stride = w_.y_stride = c.n + c.pad_columns;
    w_.y = y_.data();
    w_.activation = c.activation;
  }

  void Run() {
    const WinogradPlanF32 plan = PlanWinogradF32(w_, case_.threads);
    Guarded<float> shared(plan.shared_bytes / sizeof(float));
    for (float& value : shared) value = std::nanf("");
    for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
      for (size_t task = plan.input_tasks; task-- > 0;) plan.transform(w_, plan, chunk, task, shared.data());
      for (size_t task = plan.product_tasks; task-- > 0;) {
        Guarded<float> scratch(plan.scratch_bytes / sizeof(float));
        for (float& value : scratch) value = std::nanf("");
        plan.multiply(w_, plan, chunk, task, shared.data(), scratch.data());
      }
    }
  }

  // Against direct sums in double. Their largest error is 23 eps of what the largest output is made of.
  template <typename Apply>
  void Check(Apply apply) {
    Run();
    GemmF32 direct;
    direct.m = pixels_, direct.n = case_.n, direct.k = 9 * case_.channels;
    direct.a = x_.data(), direct.conv = &rows_;
    direct.bias = w_.bias;
    direct.residual = w_.residual != nullptr ? residual_.data() : nullptr;
    direct.residual_stride = w_.residual_stride;
    const std::vector<reference::Sum> expected = reference::Gemm(direct, weight_);
    double magnitude = 0;
    for (const reference::Sum& sum : expected) magnitude = std::max(magnitude, sum.magnitude);
    for (size_t i = 0; i < pixels_; ++i) {
      for (size_t j = 0; j < case_.n; ++j) {
        const double difference = y_[i * w_.y_stride + j] - apply(expected[i * case_.n + j].value);
        ASSERT_LE(std::abs(difference), 40 * 0x1p-24 * magnitude) << "at " << i << ", " << j;
      }
      if (i + 1 == pixels_) break;
      for (size_t j = case_.n; j < w_.y_stride; ++j) {  // between the pixels nothing was written
        ASSERT_EQ(y_[i * w_.y_stride + j], residual_[i * w_.y_stride + j]) << i << ", " << j;
      }
    }
  }
  void Check() {
    Check([](double x) { return x; });
  }

  Guarded<float>& x() { return x_; }
  const Guarded<float>& y() const { return y_; }

 private:
  Case case_;
  ConvRows rows_;
  size_t pixels_;
  Guarded<float> x_, bias_, y_, residual_;
  std::vector<float> weight_;
  Guarded<float> filters_;
  WinogradF32 w_;
};

TEST_P(WinogradF32Test, EveryPartOfATile) {
  for (size_t size = 1; size <= 9; ++size) {
    Convolution({1, size, 10 - size, 5, 17}).Check();
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(WinogradF32Test, EveryNumberOfChannels) {
  for (size_t size : Sizes()) {
    if (size == 0) continue;
    Convolution({1, 5, 6, size, 3}).Check();
    Convolution({2, 5, 6, 3, size}).Check();
    if (HasFatalFailure()) return;
  }
}

TEST_P(WinogradF32Test, AnyPadding) {
  for (size_t pad : {0, 2, 5}) {
    Case c = {1, 6, 7, 4, 16};
    c.pad_top = pad, c.pad_right = 2 * pad;
    Convolution(c).Check();
    c.pad_left = pad, c.pad_bottom = 0;
    Convolution(c).Check();
    if (HasFatalFailure()) return;
  }
}

// More channels than are transformed at once, more tiles than a block and than a chunk.
TEST_P(WinogradF32Test, BlocksAndChunks) {
  Convolution({1, 9, 8, 300, 33}).Check();
  Convolution({1, 50, 30, 70, 5}).Check();
  Convolution({3, 7, 40, 300, 16}).Check();
}

TEST_P(WinogradF32Test, ThreadsDoNotChangeTheBytes) {
  Case c = {1, 30, 30, 37, 70};
  Convolution one(c);
  one.Run();
  for (int threads : {2, 5}) {
    c.threads = threads;
    Convolution many(c);
    many.Check();
    ASSERT_EQ(std::memcmp(one.y().data(), many.y().data(), one.y().size() * sizeof(float)), 0);
  }
}

TEST_P(WinogradF32Test, MisalignedInPlaceAndWithoutBiasOrResidual) {
  for (size_t misalign : {0, 1, 3}) {
    Case c = {1, 6, 5, 18, 19};
    c.misalign = misalign;
    c.in_place = true;
    Convolution(c).Check();
    c.residual = false;
    c.pad_columns = misalign;
    Convolution(c).Check();
    c.bias = false;
    Convolution(c).Check();
  }
}

TEST_P(WinogradF32Test, Activations) {
  Case c = {1, 6, 5, 18, 19};
  c.activation = {ActivationKind::kClamp, -0.5f, 1.25f};
  Convolution(c).Check([](double x) { return std::min(1.25, std::max(-0.5, x)); });
  c.activation = {ActivationKind::kSigmoid};
  Convolution(c).Check([](double x) { return 1 / (1 + std::exp(-x)); });
}

TEST_P(WinogradF32Test, NaNStaysWithinItsTiles) {
  Convolution c({1, 12, 12, 3, 4});
  c.x()[(4 * 12 + 5) * 6] = std::nanf("");  // y = 4, x = 5: seen by outputs of the tiles at 0 and 4
  c.Run();
  const auto is_nan = [&](size_t y, size_t x) { return std::isnan(c.y()[(y * 12 + x) * 7]); };
  for (size_t y : {3, 4, 5}) {
    for (size_t x : {4, 5, 6}) EXPECT_TRUE(is_nan(y, x)) << y << ", " << x;
  }
  EXPECT_FALSE(is_nan(8, 4));
  EXPECT_FALSE(is_nan(4, 8));
}

TEST(WinogradGainsF32, OnLargeMapsOfManyChannels) {
  const auto gains = [](size_t size, size_t channels, size_t n) {
    WinogradF32 w;
    w.batch = 1, w.in_h = w.in_w = w.out_h = w.out_w = size, w.channels = channels, w.n = n;
    return WinogradGainsF32(w);
  };
  EXPECT_TRUE(gains(56, 64, 64));
  EXPECT_TRUE(gains(14, 256, 256));
  if (IsaSupported(Isa::kAvx512) && HasWideUnits()) {
    const ScopedIsa wide(Isa::kAvx512);
    EXPECT_TRUE(gains(8, 512, 512));
    EXPECT_FALSE(gains(7, 512, 512));
  }
  const ScopedIsa narrow(Isa::kScalar);
  EXPECT_TRUE(gains(7, 512, 512));
  EXPECT_FALSE(gains(4, 512, 512));  // transforming the filters would take longer than the products
  EXPECT_FALSE(gains(112, 3, 32));
}

}  // namespace
}  // namespace linnet::kernels
