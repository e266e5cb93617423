#include "kernels/gemm_i8.h"

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/gemm_i8.h"
#include "kernels/reference/requantize.h"
#include "tests/kernels/kernel_test.h"

#if defined(__x86_64__)
// The AVX-VNNI variant with its instruction as AVX-512 encodes it, for processors that have only that one.
#include "kernels/dot_tile.h"
#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx_vnni_twin {
using namespace avx2;
#include "kernels/row_pointers-inl.h"
#define LINNET_DPBUSD _mm256_dpbusd_epi32
#include "kernels/x86/dot_avx_vnni-inl.h"
#undef LINNET_DPBUSD
namespace {
#include "kernels/gemm_i8-inl.h"
}  // namespace
}  // namespace linnet::kernels::avx_vnni_twin
#include "kernels/region_end.h"
#endif

namespace linnet::kernels {
namespace {

using GemmI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(GemmI8Test);

// One product: its sizes and what varies besides.
struct Case {
  size_t m, n, k;
  GemmI8B layout = GemmI8B::kPanels;
  const ConvRows* conv = nullptr;
  bool bias = true, narrow = true;
  int a_zero = 0;
  bool b_zeros = false;    // a zero point per column; else b_zero
  int b_zero = 0;
  bool unsigned_a = false, unsigned_b = false;
  bool extremes = false;   // only -128 and 127
  size_t pad_columns = 3;  // A's and C's rows are that much longer
  size_t misalign = 0;
  int threads = 1;
  Requantize requantize = {};
  GemmPlanI8 (*plan)(const GemmI8&, int, size_t) = &PlanGemmI8;
};

// Keeps the operands of a product in guarded memory, each row followed by what must not be touched.
class Product {
 public:
  explicit Product(const Case& c)
      : case_(c),
        a_(ASize(c), c.misalign),
        bias_(c.n, c.misalign),
        zeros_(c.n, c.misalign),
        sums_(c.n, c.misalign),
        multiplier_(c.n, c.misalign),
        narrow_(CSize(c), c.misalign),
        wide_(CSize(c), c.misalign),
        plain_b_(c.k * c.n),
        b_(c.layout == GemmI8B::kPanels ? format::PanelInt8Bytes(1, c.n, c.k, format::PanelWidth(c.n)) : c.n * c.k,
           c.misalign) {
    Random random(c.m * 1000003 + c.n * 1009 + c.k);
    const auto value = [&] {
      return static_cast<int8_t>(c.extremes ? (random.Int(0, 1) != 0 ? 127 : -128) : random.Int(-128, 127));
    };
    for (int8_t& v : a_) v = value();
    for (int8_t& v : plain_b_) v = value();
    for (int32_t& v : bias_) v = random.Int(-30000, 30000);
    for (int32_t& v : zeros_) v = random.Int(-255, 255);
    // Results over the whole range, and beyond it now and then.
    const float scale = 100.0f / (5500.0f * std::sqrt(static_cast<float>(c.k + 4)));
    for (float& v : multiplier_) v = scale * random.Uniform(0.5f, 1.5f);
    for (int8_t& v : narrow_) v = 77;
    for (int32_t& v : wide_) v = 77;
    PackB();
    gemm_.m = c.m, gemm_.n = c.n, gemm_.k = c.k;
    gemm_.a = a_.data();
    gemm_.a_stride = c.k + c.pad_columns;
    gemm_.conv = c.conv;
    gemm_.a_pad = -77;
    gemm_.a_flip = c.unsigned_a ? 128 : 0;
    gemm_.b_flip = c.unsigned_b ? 128 : 0;
    gemm_.b_layout = c.layout;
    gemm_.b = b_.data();
    gemm_.b_stride = c.layout == GemmI8B::kRows ? c.n : c.k;
    gemm_.panel_width = format::PanelWidth(c.n);
    gemm_.bias = c.bias ? bias_.data() : nullptr;
    gemm_.b_sum = c.layout == GemmI8B::kPanels ? sums_.data() : nullptr;
    gemm_.b_zero_points = c.b_zeros ? zeros_.data() : nullptr;
    gemm_.a_zero_point = c.a_zero;
    gemm_.b_zero_point = c.b_zero;
    gemm_.multiplier = c.narrow ? multiplier_.data() : nullptr;
    gemm_.requantize = c.requantize;
    gemm_.c = c.narrow ? static_cast<void*>(narrow_.data()) : wide_.data();
    gemm_.c_stride = c.n + c.pad_columns;
  }

  void Run() {
    const GemmPlanI8 plan = case_.plan(gemm_, case_.threads, 1);
    for (size_t task = plan.tasks; task-- > 0;) {
      Guarded<int8_t> scratch((plan.scratch_bytes + 63) / 64 * 64);
      for (int8_t& v : scratch) v = 0x55;
      RunGemmI8(gemm_, plan, task, scratch.data());
    }
  }

  void Check() {
    Run();
    const std::vector<int64_t> sums = reference::Gemm(gemm_, plain_b_);
    for (size_t i = 0; i < case_.m; ++i) {
      for (size_t j = 0; j < gemm_.c_stride && (j < case_.n || i + 1 < case_.m); ++j) {
        const size_t at = i * gemm_.c_stride + j;
        int64_t expected = 77;  // between the rows of C
        if (j < case_.n) {
          const int64_t sum = sums[i * case_.n + j];
          expected = case_.narrow ? reference::Requantized(sum, multiplier_[j], case_.requantize) : sum;
        }
        ASSERT_EQ(case_.narrow ? narrow_[at] : wide_[at], expected)
            << "m " << case_.m << " n " << case_.n << " k " << case_.k << " at " << i << ", " << j;
      }
    }
  }

  const Guarded<int8_t>& c() const { return narrow_; }

 private:
  static size_t ASize(const Case& c) {
    if (c.conv != nullptr) {
      const size_t pixels = c.m / (c.conv->out_h * c.conv->out_w) * c.conv->in_h * c.conv->in_w;
      return pixels == 0 ? 0 : (pixels - 1) * c.conv->pixel_stride + c.conv->channels;
    }
    return c.m == 0 ? 0 : (c.m - 1) * (c.k + c.pad_columns) + c.k;
  }
  static size_t CSize(const Case& c) { return c.m == 0 ? 0 : (c.m - 1) * (c.n + c.pad_columns) + c.n; }
  void PackB() {
    const size_t n = case_.n, k = case_.k;
    if (case_.layout == GemmI8B::kPanels) {
      PackPanelsInt8({1, n, k, n * k, 1, n}, format::PanelWidth(n), 0, plain_b_.data(), b_.data(), sums_.data());
      return;
    }
    const uint8_t flip = case_.unsigned_b ? 128 : 0;
    for (size_t p = 0; p < k; ++p) {
      for (size_t j = 0; j < n; ++j) {
        b_[case_.layout == GemmI8B::kRows ? p * n + j : j * k + p] = reference::Flipped(plain_b_[p * n + j], flip);
      }
    }
  }

  Case case_;
  Guarded<int8_t> a_;
  Guarded<int32_t> bias_, zeros_, sums_;
  Guarded<float> multiplier_;
  Guarded<int8_t> narrow_;
  Guarded<int32_t> wide_;
  std::vector<int8_t> plain_b_;
  Guarded<int8_t> b_;
  GemmI8 gemm_;
};

constexpr GemmI8B kLayouts[] = {GemmI8B::kPanels, GemmI8B::kRows, GemmI8B::kTransposed};

TEST_P(GemmI8Test, EveryNumberOfRowsAndColumns) {
  for (GemmI8B layout : kLayouts) {
    for (size_t m : {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 14, 15, 29, 57}) {
      for (size_t n : Sizes()) {
        Case c = {m, n, 7};
        c.layout = layout;
        c.narrow = (m + n) % 2 == 0;
        Product(c).Check();
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedDotIsa());
}

TEST_P(GemmI8Test, EveryDepth) {
  for (GemmI8B layout : kLayouts) {
    for (size_t k : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 255, 1024, 1111}) {
      for (size_t m : {1, 3, 17}) {
        Case c = {m, 41, k};
        c.layout = layout;
        c.narrow = k % 2 == 0;
        Product(c).Check();
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(GemmI8Test, NothingSaturates) {
  for (bool unsigned_a : {false, true}) {
    Case c = {19, 37, 515};
    c.narrow = false;
    c.extremes = true;
    c.unsigned_a = unsigned_a;
    Product(c).Check();
  }
}

TEST_P(GemmI8Test, ZeroPointsAndUnsignedOperands) {
  for (GemmI8B layout : kLayouts) {
    for (int options = 0; options < 16; ++options) {
      Case c = {23, 40, 70};
      c.layout = layout;
      c.unsigned_a = options & 1;
      c.unsigned_b = (options & 2) != 0 && layout != GemmI8B::kPanels;
      c.a_zero = (options & 4) != 0 ? -128 : 3;
      c.b_zero = (options & 8) != 0 ? 127 : 0;
      c.b_zeros = options % 3 == 1;
      c.narrow = options % 2 == 0;
      Product(c).Check();
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(GemmI8Test, MisalignedAndWithoutBias) {
  for (size_t misalign : {0, 1, 3}) {
    for (size_t pad : {0, 1, 2}) {
      Case c = {23, 40, 300};
      c.misalign = misalign;
      c.pad_columns = pad;
      c.bias = misalign != 1;
      Product(c).Check();
      c.n = 5;
      Product(c).Check();
    }
  }
}

TEST_P(GemmI8Test, Bounds) {
  for (const Requantize& r : {Requantize{-128, -128, 127}, Requantize{127, -128, 127}, Requantize{5, 5, 100},
                              Requantize{-20, -128, -21}, Requantize{0, 7, 7}}) {
    Case c = {31, 33, 64};
    c.requantize = r;
    Product(c).Check();
  }
}

TEST_P(GemmI8Test, ManyColumnsAndRows) {
  Case c = {15, 2100, 128};
  Product(c).Check();
  c = {700, 48, 64};
  c.pad_columns = 0;
  Product(c).Check();
  c = {40, 20, 9000};  // rows that fill a cache
  Product(c).Check();
  c.layout = GemmI8B::kRows;
  Product(c).Check();
}

TEST_P(GemmI8Test, SameBytesForAnyNumberOfThreads) {
  for (GemmI8B layout : kLayouts) {
    for (size_t m : {1, 2, 49, 130}) {
      Case c = {m, 200, 640};
      c.layout = layout;
      Product one(c);
      one.Run();
      for (int threads : {2, 3, 8}) {
        c.threads = threads;
        Product many(c);
        many.Run();
        ASSERT_EQ(std::memcmp(one.c().data(), many.c().data(), one.c().size()), 0) << m << " " << threads;
      }
    }
  }
}

struct ConvCase {
  size_t batch, in, channels, out_channels, kernel, stride, dilation, pad, extra;
};

TEST_P(GemmI8Test, Convolutions) {
  const ConvCase cases[] = {
      {1, 9, 3, 16, 3, 2, 1, 1, 0},    {2, 7, 5, 33, 3, 1, 1, 1, 0},   {1, 8, 64, 24, 3, 1, 1, 1, 0},
      {1, 8, 4, 8, 1, 2, 1, 0, 2},     {1, 11, 6, 12, 3, 1, 2, 2, 0},  {2, 6, 7, 20, 5, 1, 1, 2, 3},
      {1, 5, 130, 17, 3, 1, 1, 1, 0},  {1, 4, 2, 40, 4, 4, 1, 0, 0},   {1, 3, 1, 5, 3, 1, 1, 2, 0},
      {1, 12, 3, 16, 7, 2, 1, 3, 0},   {3, 1, 9, 16, 1, 1, 1, 0, 1},   {1, 2, 8, 16, 5, 1, 2, 4, 0},
      {1, 9, 3, 20, 3, 2, 1, 1, 6},    {1, 7, 16, 20, 3, 1, 1, 1, 8},   {2, 7, 8, 20, 3, 2, 2, 1, 0},   {1, 9, 24, 4, 3, 1, 1, 1, 0},
      {1, 42, 20, 33, 3, 1, 1, 1, 4},  {1, 40, 17, 16, 3, 1, 1, 1, 0},
      // Paddings of -1 and -2: patches begin inside of the image.
      {2, 9, 3, 16, 3, 1, 1, SIZE_MAX, 0}, {1, 11, 2, 5, 2, 2, 1, SIZE_MAX - 1, 2}, {1, 9, 16, 8, 2, 1, 1, SIZE_MAX, 0},
  };
  for (const ConvCase& v : cases) {
    const size_t span = (v.kernel - 1) * v.dilation + 1;
    const size_t out = (v.in + 2 * v.pad - span) / v.stride + 1;
    const ConvRows rows = {v.in,     v.in,     v.channels, v.channels + v.extra, out,   out,  v.kernel,
                           v.kernel, v.stride, v.stride,   v.dilation,           v.dilation, v.pad, v.pad};
    for (int options = 0; options < 4; ++options) {
      Case c = {v.batch * out * out, v.out_channels, v.kernel * v.kernel * v.channels};
      c.conv = &rows;
      c.threads = 1 + options % 2;
      c.b_zero = options == 2 ? 11 : 0;
      c.unsigned_a = options == 3;
      Product(c).Check();
      if (HasFatalFailure()) return;
    }
  }
}

#if defined(__x86_64__)
TEST(GemmI8AvxVnniTest, TwinMatchesReference) {
  if (!IsaSupported(Isa::kAvx512Vnni)) GTEST_SKIP() << "needs AVX-512 VNNI";
  for (GemmI8B layout : kLayouts) {
    for (size_t m : {1, 5, 6, 7, 29}) {
      for (size_t n : Sizes()) {
        for (size_t k : {1, 7, 32, 33, 200}) {
          Case c = {m, n, k};
          c.layout = layout;
          c.extremes = k == 200;
          c.unsigned_a = k == 33;
          c.b_zero = k == 7 ? 5 : 0;
          c.plan = &avx_vnni_twin::PlanGemmI8;
          Product(c).Check();
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}
#endif

TEST(RequantizeTest, TiesGoToEvenAndOverflowIsClamped) {
  using reference::Requantized;
  EXPECT_EQ(Requantized(1, 0.5f, {}), 0);
  EXPECT_EQ(Requantized(3, 0.5f, {}), 2);
  EXPECT_EQ(Requantized(-1, 0.5f, {}), 0);
  EXPECT_EQ(Requantized(-3, 0.5f, {}), -2);
  EXPECT_EQ(Requantized(5, 0.5f, {10, -128, 127}), 12);
  EXPECT_EQ(Requantized(INT32_MAX, 1e30f, {}), 127);
  EXPECT_EQ(Requantized(INT32_MIN, 1e30f, {3, -5, 6}), -5);
  EXPECT_EQ(Requantized(0, 1e30f, {3, -5, 6}), 3);
}

TEST(RequantizeTest, SumsThatFit) {
  EXPECT_TRUE(SumFitsInt32(131071, 16383));
  EXPECT_FALSE(SumFitsInt32(131071, 16384));
  EXPECT_FALSE(SumFitsInt32(131072, 0));
  EXPECT_FALSE(SumFitsInt32(uint64_t{1} << 60, 0));
}

}  // namespace
}  // namespace linnet::kernels
