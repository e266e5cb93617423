#include "kernels/elementwise.h"

#include <cfloat>
#include <limits>

#include "kernels/reference/elementwise.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using ElementwiseTest = KernelTest;
LINNET_KERNEL_TEST_SUITE(ElementwiseTest);

struct Function {
  const char* name;
  UnaryF32* kernel;
  double (*reference)(double, double, double);
  double ulps, slack;
};

const Function kFunctions[] = {
#define LINNET_ROW(name, ulps, slack) {#name, &name, &reference::name, ulps, slack},
    LINNET_UNARY_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
};

constexpr float kAlpha = 0.25f, kBeta = 1.5f;  // lo <= hi for clamp

// Distance from the float nearest to `value` to the next one.
double Ulp(double value) {
  const float magnitude = static_cast<float>(std::fabs(value));
  return static_cast<double>(std::nextafter(magnitude, HUGE_VALF)) - static_cast<double>(magnitude);
}

// Fails if `actual` is not the function at x within its bound.
void ExpectClose(const Function& f, float x, float actual) {
  const double expected = f.reference(x, kAlpha, kBeta);
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << f.name << "(" << x << ") = " << actual;
  } else if (std::fabs(expected) < FLT_MIN) {
    // Between zero and the smallest normal number anything is right: kernels may run with subnormals flushed.
    EXPECT_LE(std::fabs(actual), FLT_MIN) << f.name << "(" << x << ")";
  } else if (static_cast<float>(std::fabs(expected)) > FLT_MAX) {
    EXPECT_EQ(actual, static_cast<float>(expected)) << f.name << "(" << x << ")";
  } else {
    const double slack = std::isinf(x) ? 0 : (f.slack * 0x1p-24 + FLT_MIN) * std::fabs(x);
    const double bound = (f.ulps + 0.5) * Ulp(expected) + slack;
    EXPECT_LE(std::fabs(actual - expected), bound) << f.name << "(" << x << ") = " << expected << ", not " << actual;
  }
}

TEST_P(ElementwiseTest, EverySizeAlignmentAndInPlace) {
  for (const Function& f : kFunctions) {
    for (size_t n : Sizes()) {
      for (size_t misalign : {0, 1, 3}) {
        for (bool in_place : {false, true}) {
          Guarded<float> in(n, misalign), other(n, misalign);
          Random(n).Fill(in, -9, 9);
          const std::vector<float> before(in.begin(), in.end());
          float* out = in_place ? in.data() : other.data();
          f.kernel(n, in.data(), kAlpha, kBeta, out);
          for (size_t i = 0; i < n; ++i) ExpectClose(f, before[i], out[i]);
        }
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa()) << f.name;
  }
}

// Every 16381st float of all there are, both signs, and every one near the places where formulas change.
TEST_P(ElementwiseTest, BoundHoldsOverAllFloats) {
  std::vector<float> x;
  for (uint64_t bits = 0x00800000; bits < 0x7F800000; bits += 16381) {
    const uint32_t word = static_cast<uint32_t>(bits);
    float value;
    std::memcpy(&value, &word, sizeof(value));
    x.push_back(value);
    x.push_back(-value);
  }
  for (float centre :
       {0.3466f, 0.41421354f, 0.70710678f, 1.0f, 1.41421356f, 3.95f, 5.586f, 9.0f, 20.0f, 87.33654f, 88.72f}) {
    float value = centre;
    for (int i = 0; i < 300; ++i) {
      x.push_back(value);
      x.push_back(-value);
      value = std::nextafter(value, i % 2 == 0 ? 1e9f : 0.0f) + (i % 3 == 0 ? value * 1e-6f : 0);
    }
  }
  std::vector<float> out(x.size());
  for (const Function& f : kFunctions) {
    f.kernel(x.size(), x.data(), kAlpha, kBeta, out.data());
    for (size_t i = 0; i < x.size() && !HasFailure(); ++i) ExpectClose(f, x[i], out[i]);
  }
}

TEST_P(ElementwiseTest, NaNPropagatesInEveryLane) {
  const std::vector<float> in(35, std::nanf(""));
  for (const Function& f : kFunctions) {
    std::vector<float> out(35, 0);
    f.kernel(in.size(), in.data(), kAlpha, kBeta, out.data());
    for (float value : out) EXPECT_TRUE(std::isnan(value)) << f.name;
  }
}

TEST_P(ElementwiseTest, ZerosAndInfinities) {
  const float inf = std::numeric_limits<float>::infinity();
  const float in[4] = {0, -0.0f, inf, -inf};
  for (const Function& f : kFunctions) {
    float out[4];
    f.kernel(4, in, kAlpha, kBeta, out);
    for (int i = 0; i < 4; ++i) {
      const double expected = f.reference(in[i], kAlpha, kBeta);
      // x times a factor that vanishes at -inf: the limit is 0, the formula NaN, and NaN is what other engines give.
      if (i == 3 && expected != expected) continue;
      if (i == 3 && expected == 0 && std::isnan(out[i])) continue;
      ExpectClose(f, in[i], out[i]);
    }
  }
}

TEST_P(ElementwiseTest, ClampTakesInfiniteLimits) {
  const float inf = std::numeric_limits<float>::infinity();
  const float in[3] = {-inf, inf, 3};
  float out[3];
  ClampF32(3, in, -inf, 6, out);
  EXPECT_EQ(out[0], -inf);
  EXPECT_EQ(out[1], 6);
  EXPECT_EQ(out[2], 3);
}

}  // namespace
}  // namespace linnet::kernels
