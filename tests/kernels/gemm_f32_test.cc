#include "kernels/gemm_f32.h"

#include <limits>

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/gemm_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using GemmF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(GemmF32Test);

// One product: plain operands, and what varies besides its sizes.
struct Case {
  size_t m, n, k;
  GemmB layout = GemmB::kPanels;
  const ConvRows* conv = nullptr;
  bool bias = true, residual = true, in_place = false;
  size_t pad_columns = 3;  // A's and C's rows are that much longer
  size_t misalign = 0;
  int threads = 1;
  Activation activation = {};
};

uint16_t HalfOf(float value) {  // exact for the small multiples of 1/16 that are given to it
  if (value == 0) return 0;
  const int exponent = std::ilogb(value);
  const int mantissa = static_cast<int>(std::ldexp(std::abs(value), 10 - exponent)) - 1024;
  return static_cast<uint16_t>((value < 0 ? 0x8000 : 0) | (exponent + 15) << 10 | mantissa);
}

// Keeps the operands of a product in guarded memory, each row followed by what must not be touched.
class Product {
 public:
  explicit Product(const Case& c)
      : case_(c),
        a_(ASize(c), c.misalign),
        bias_(c.n, c.misalign),
        c_(c.m == 0 ? 0 : (c.m - 1) * (c.n + c.pad_columns) + c.n, c.misalign),
        residual_(c_.size(), c.misalign),
        plain_b_(c.k * c.n),
        b_(BSize(c), c.misalign) {
    Random random(c.m * 1000003 + c.n * 1009 + c.k);
    random.Fill(a_);
    random.Fill(bias_);
    random.Fill(residual_);
    for (float& value : plain_b_) value = static_cast<float>(random.Int(-16, 16)) / 16;
    PackB();
    std::copy(residual_.begin(), residual_.end(), c_.begin());
    gemm_.m = c.m, gemm_.n = c.n, gemm_.k = c.k;
    gemm_.a = a_.data();
    gemm_.a_stride = c.k + c.pad_columns;
    gemm_.conv = c.conv;
    gemm_.b_layout = c.layout;
    gemm_.b = b_.data();
    gemm_.b_stride = c.layout == GemmB::kRows ? c.n : c.k;
    gemm_.panel_width = format::PanelWidth(c.n);
    gemm_.bias = c.bias ? bias_.data() : nullptr;
    gemm_.residual = !c.residual ? nullptr : c.in_place ? c_.data() : residual_.data();
    gemm_.residual_stride = gemm_.c_stride = c.n + c.pad_columns;
    gemm_.c = c_.data();
    gemm_.activation = c.activation;
  }

  void Run() {
    const GemmPlanF32 plan = PlanGemmF32(gemm_, case_.threads);
    for (size_t task = plan.tasks; task-- > 0;) {
      Guarded<float> scratch(plan.scratch_bytes / sizeof(float));
      for (float& value : scratch) value = std::nanf("");
      RunGemmF32(gemm_, plan, task, scratch.data());
    }
  }

  // Computes, and compares with the truth. `apply` is the activation.
  template <typename Apply>
  void Check(Apply apply) {
    Run();
    GemmF32 truth = gemm_;
    if (truth.residual != nullptr) truth.residual = residual_.data();
    const std::vector<reference::Sum> expected = reference::Gemm(truth, plain_b_);
    for (size_t i = 0; i < case_.m; ++i) {
      for (size_t j = 0; j < case_.n; ++j) {
        const reference::Sum& sum = expected[i * case_.n + j];
        const double tolerance = (static_cast<double>(case_.k) + 8) * 0x1p-24 * sum.magnitude + 1e-30;
        ASSERT_NEAR(c_[i * gemm_.c_stride + j], apply(sum.value), tolerance)
            << "m " << case_.m << " n " << case_.n << " k " << case_.k << " at " << i << ", " << j;
      }
      if (i + 1 == case_.m) break;
      for (size_t j = case_.n; j < gemm_.c_stride; ++j) {  // between the rows of C nothing was written
        ASSERT_EQ(c_[i * gemm_.c_stride + j], residual_[i * gemm_.c_stride + j]) << i << ", " << j;
      }
    }
  }
  void Check() {
    Check([](double x) { return x; });
  }

  const Guarded<float>& c() const { return c_; }
  Guarded<float>& a() { return a_; }
  const GemmF32& gemm() const { return gemm_; }

 private:
  static size_t ASize(const Case& c) {
    if (c.conv != nullptr) {
      const size_t pixels = c.m / (c.conv->out_h * c.conv->out_w) * c.conv->in_h * c.conv->in_w;
      return pixels == 0 ? 0 : (pixels - 1) * c.conv->pixel_stride + c.conv->channels;
    }
    return c.m == 0 ? 0 : (c.m - 1) * (c.k + c.pad_columns) + c.k;
  }
  static size_t BSize(const Case& c) {
    const size_t panels = format::PanelElements(1, c.n, c.k, format::PanelWidth(c.n));
    if (c.layout == GemmB::kPanels) return panels;
    return c.layout == GemmB::kPanelsF16 ? (panels + 1) / 2 : c.n * c.k;
  }
  void PackB() {
    const size_t n = case_.n, k = case_.k, width = format::PanelWidth(n);
    const PlainMatrices shape = {1, n, k, n * k, 1, n};
    if (case_.layout == GemmB::kPanels) {
      PackPanels(shape, width, plain_b_.data(), b_.data());
    } else if (case_.layout == GemmB::kPanelsF16) {
      std::vector<uint16_t> half(n * k);
      for (size_t i = 0; i < n * k; ++i) half[i] = HalfOf(plain_b_[i]);
      PackPanels(shape, width, half.data(), reinterpret_cast<uint16_t*>(b_.data()));
    } else {
      for (size_t p = 0; p < k; ++p) {
        for (size_t j = 0; j < n; ++j) b_[case_.layout == GemmB::kRows ? p * n + j : j * k + p] = plain_b_[p * n + j];
      }
    }
  }

  Case case_;
  Guarded<float> a_, bias_, c_, residual_;
  std::vector<float> plain_b_;
  Guarded<float> b_;
  GemmF32 gemm_;
};

constexpr GemmB kLayouts[] = {GemmB::kPanels, GemmB::kPanelsF16, GemmB::kRows, GemmB::kTransposed};

TEST_P(GemmF32Test, EveryNumberOfRowsAndColumns) {
  for (GemmB layout : kLayouts) {
    for (size_t m : {0, 1, 2, 5, 6, 7, 8, 13, 14, 15, 29}) {
      for (size_t n : Sizes()) {
        Case c = {m, n, 7};
        c.layout = layout;
        Product(c).Check();
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(GemmF32Test, EveryDepthAcrossBlocks) {
  for (GemmB layout : kLayouts) {
    for (size_t k : {0, 1, 2, 3, 4, 5, 15, 16, 17, 33, 256, 292, 293, 1024, 1111}) {
      for (size_t m : {1, 3, 17}) {
        Case c = {m, 41, k};
        c.layout = layout;
        Product(c).Check();
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(GemmF32Test, MisalignedInPlaceAndWithoutBiasOrResidual) {
  for (size_t misalign : {0, 1, 3}) {
    for (int options = 0; options < 8; ++options) {
      Case c = {23, 40, 700};
      c.misalign = misalign;
      c.bias = options & 1;
      c.residual = options & 2;
      c.in_place = options & 4;
      c.pad_columns = static_cast<size_t>(options % 3);
      Product(c).Check();
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(GemmF32Test, ManyColumnsAndRowsOneKilobyteApart) {
  Case c = {31, 2100, 256};  // more of B than a cache holds
  c.pad_columns = 0;
  Product(c).Check();
  c = {200, 96, 1024};
  c.pad_columns = 0;
  Product(c).Check();
}

TEST_P(GemmF32Test, Activations) {
  for (size_t m : {1, 20}) {
    Case c = {m, 37, 19};
    c.activation.kind = ActivationKind::kClamp;
    c.activation.lo = -0.5f, c.activation.hi = 1.25f;
    Product(c).Check([](double x) { return std::min(std::max(x, -0.5), 1.25); });
    c.activation.kind = ActivationKind::kLeakyRelu;
    c.activation.alpha = 0.25f;
    Product(c).Check([](double x) { return x < 0 ? 0.25 * x : x; });
    c.activation.kind = ActivationKind::kHardSwish;
    Product(c).Check([](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); });
  }
}

TEST_P(GemmF32Test, NaNPropagatesThroughTheClamp) {
  Case c = {16, 20, 8};
  c.activation.kind = ActivationKind::kClamp;
  c.activation.lo = 0, c.activation.hi = 6;
  Product product(c);
  product.a()[2 * product.gemm().a_stride] = std::nanf("");
  product.Run();
  for (size_t j = 0; j < 20; ++j) {
    EXPECT_TRUE(std::isnan(product.c()[2 * product.gemm().c_stride + j]));
    EXPECT_FALSE(std::isnan(product.c()[3 * product.gemm().c_stride + j]));
  }
}

TEST_P(GemmF32Test, SameBytesForAnyNumberOfThreads) {
  for (GemmB layout : kLayouts) {
    for (size_t m : {1, 2, 49, 130}) {
      Case c = {m, 200, 640};
      c.layout = layout;
      Product one(c);
      one.Run();
      for (int threads : {2, 3, 8}) {
        c.threads = threads;
        Product many(c);
        many.Run();
        ASSERT_EQ(std::memcmp(one.c().data(), many.c().data(), one.c().size() * sizeof(float)), 0) << m << " " << threads;
      }
    }
  }
}

struct ConvCase {
  size_t batch, in, channels, out_channels, kernel, stride, dilation, pad, extra;
};

TEST_P(GemmF32Test, Convolutions) {
  const ConvCase cases[] = {
      {1, 9, 3, 16, 3, 2, 1, 1, 0},    {2, 7, 5, 33, 3, 1, 1, 1, 0},   {1, 8, 64, 24, 3, 1, 1, 1, 0},
      {1, 8, 4, 8, 1, 2, 1, 0, 2},     {1, 11, 6, 12, 3, 1, 2, 2, 0},  {2, 6, 7, 20, 5, 1, 1, 2, 3},
      {1, 5, 130, 17, 3, 1, 1, 1, 0},  {1, 4, 2, 40, 4, 4, 1, 0, 0},   {1, 3, 1, 5, 3, 1, 1, 2, 0},
      {1, 12, 3, 16, 7, 2, 1, 3, 0},   {3, 1, 9, 16, 1, 1, 1, 0, 1},   {1, 2, 8, 16, 5, 1, 2, 4, 0},
      // Paddings of -1 and -2: patches begin inside of the image.
      {2, 9, 3, 16, 3, 1, 1, SIZE_MAX, 0}, {1, 11, 2, 5, 2, 2, 1, SIZE_MAX - 1, 2}, {1, 9, 16, 8, 2, 1, 1, SIZE_MAX, 0},
  };
  for (const ConvCase& v : cases) {
    const size_t span = (v.kernel - 1) * v.dilation + 1;
    const size_t out = (v.in + 2 * v.pad - span) / v.stride + 1;
    const ConvRows rows = {v.in,     v.in,     v.channels, v.channels + v.extra, out,   out,  v.kernel,
                           v.kernel, v.stride, v.stride,   v.dilation,           v.dilation, v.pad, v.pad};
    for (int threads : {1, 2}) {
      Case c = {v.batch * out * out, v.out_channels, v.kernel * v.kernel * v.channels};
      c.conv = &rows;
      c.threads = threads;
      Product(c).Check();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
