#include "kernels/norm_f32.h"

#include "kernels/reference/norm_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using NormF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(NormF32Test);

constexpr double kEpsilon = 0x1p-24;

// Values in [centre - 2, centre + 2]: the mean of n of them is wrong by a few roundings of the centre.
TEST_P(NormF32Test, MomentsOfEverySizeAndAlignment) {
  for (float centre : {0.0f, 100.0f}) {
    for (size_t n : Sizes()) {
      if (n == 0) continue;
      for (size_t misalign : {0, 1, 3}) {
        Guarded<float> in(n, misalign);
        Random(n).Fill(in, centre - 2, centre + 2);
        const MomentsF32 moments = MomentsRowF32(n, in.data());
        const reference::Moments expected = reference::MomentsRow(n, in.data());
        const double chain = std::fmin(static_cast<double>(n), 64) + 3, mean_error = chain * kEpsilon * (centre + 2);
        ASSERT_NEAR(moments.mean, expected.mean, mean_error) << n << " around " << centre;
        ASSERT_NEAR(moments.variance, expected.variance,
                    chain * kEpsilon * expected.variance + 8 * kEpsilon * expected.variance + mean_error * mean_error +
                        4 * (kEpsilon * 4))
            << n << " around " << centre;
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

// In one pass (mean of squares - square of mean) nothing would be left of this variance.
TEST_P(NormF32Test, VarianceFarFromZero) {
  std::vector<float> in(1000);
  for (size_t i = 0; i < in.size(); ++i) in[i] = i % 2 == 0 ? 65536.0f : 65536.5f;
  const MomentsF32 moments = MomentsRowF32(in.size(), in.data());
  EXPECT_NEAR(moments.mean, 65536.25, 0.02);
  EXPECT_NEAR(moments.variance, 0.0625, 0.001);
}

TEST_P(NormF32Test, SumSquaredDeviationsOfEverySize) {
  for (size_t n : Sizes()) {
    for (size_t rows : {0, 1, 3, 65, 130}) {
      const size_t stride = n + n % 3, floats = rows == 0 ? 0 : (rows - 1) * stride + n, misalign = n % 4;
      Guarded<float> in(floats, misalign), mean(n, misalign), out(n, misalign);
      Random(n).Fill(in, -3, 3);
      Random(n + 1).Fill(mean, -1, 1);
      SumSquaredDeviationsColumnsF32(rows, n, in.data(), stride, mean.data(), out.data());
      for (size_t i = 0; i < n; ++i) {
        const double expected = reference::SumSquaredDeviations(rows, in.data() + i, stride, mean[i]);
        ASSERT_NEAR(out[i], expected, (static_cast<double>(rows) + 4) * kEpsilon * expected) << i << " of " << n;
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(NormF32Test, NormalizeOfEverySizeAndAlignmentAndInPlace) {
  for (size_t n : Sizes()) {
    for (size_t misalign : {0, 1, 3}) {
      for (int parts = 0; parts < 8; ++parts) {
        const bool scaled = parts & 1, shifted = parts & 2, in_place = parts & 4;
        Guarded<float> in(n, misalign), scale(n, misalign), shift(n, misalign), other(n, misalign);
        Random random(n + misalign);
        random.Fill(in);
        random.Fill(scale);
        random.Fill(shift);
        const std::vector<float> before(in.begin(), in.end());
        float* out = in_place ? in.data() : other.data();
        NormalizeRowF32(n, in.data(), 0.375f, 1.75f, scaled ? scale.data() : nullptr, shifted ? shift.data() : nullptr,
                        out);
        for (size_t i = 0; i < n; ++i) {
          const double expected =
              reference::Normalize(before[i], 0.375, 1.75, scaled ? scale[i] : 1, shifted ? shift[i] : 0);
          ASSERT_NEAR(out[i], expected, 8 * kEpsilon * 3) << i << " of " << n << ", parts " << parts;
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(NormF32Test, LayerNormIsMomentsAndNormalisation) {
  for (size_t n : Sizes()) {
    if (n == 0) continue;
    for (size_t rows : {0, 1, 3}) {
      for (bool in_place : {false, true}) {
        Guarded<float> in(rows * n, n % 4), other(rows * n, n % 4), scale(n), shift(n);
        Random random(n);
        random.Fill(in);
        random.Fill(scale);
        random.Fill(shift);
        std::vector<float> expected(in.begin(), in.end());
        for (size_t r = 0; r < rows; ++r) {
          float* row = expected.data() + r * n;
          const MomentsF32 moments = MomentsRowF32(n, row);
          const double factor = 1 / std::sqrt(static_cast<double>(moments.variance) + 1e-5);
          NormalizeRowF32(n, row, moments.mean, static_cast<float>(factor), scale.data(), shift.data(), row);
        }
        float* out = in_place ? in.data() : other.data();
        LayerNormRowsF32(rows, n, in.data(), 1e-5, scale.data(), shift.data(), out);
        for (size_t i = 0; i < rows * n; ++i) ASSERT_EQ(out[i], expected[i]) << i << " of " << rows << " x " << n;
      }
    }
  }
}

TEST_P(NormF32Test, ScaleShiftOfEverySizeAndAlignmentAndInPlace) {
  const size_t rows = 3;
  for (size_t n : Sizes()) {
    for (size_t gap : {0, 1, 5}) {
      for (bool in_place : {false, true}) {
        const size_t stride = n + gap, floats = (rows - 1) * stride + n;
        Guarded<float> in(floats, gap), other(floats, gap), scale(n, gap), shift(n, gap);
        Random random(n + gap);
        random.Fill(in);
        random.Fill(scale);
        random.Fill(shift);
        for (float& value : other) value = -77;
        const std::vector<float> before(in.begin(), in.end());
        float* out = in_place ? in.data() : other.data();
        ScaleShiftF32({rows, n, in.data(), stride, scale.data(), shift.data(), out, stride});
        for (size_t i = 0; i < floats; ++i) {
          const size_t column = i % stride;
          if (column >= n) {
            ASSERT_EQ(out[i], in_place ? before[i] : -77) << "wrote between rows";
          } else {
            const double expected = static_cast<double>(before[i]) * scale[column] + shift[column];
            ASSERT_NEAR(out[i], expected, 2 * kEpsilon * 2) << column << " of " << n;
          }
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(NormF32Test, NaNStaysWhereItBelongs) {
  const size_t n = 37;
  for (size_t at = 0; at < n; ++at) {
    std::vector<float> in(n, 1), zeros(n, 0), ones(n, 1), out(n);
    in[at] = std::nanf("");
    EXPECT_TRUE(std::isnan(MomentsRowF32(n, in.data()).mean));
    EXPECT_TRUE(std::isnan(MomentsRowF32(n, in.data()).variance));
    SumSquaredDeviationsColumnsF32(1, n, in.data(), n, zeros.data(), out.data());
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(std::isnan(out[i]), i == at);
    NormalizeRowF32(n, in.data(), 0, 1, ones.data(), zeros.data(), out.data());
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(std::isnan(out[i]), i == at);
    ScaleShiftF32({1, n, in.data(), n, ones.data(), zeros.data(), out.data(), n});
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(std::isnan(out[i]), i == at);
  }
}

}  // namespace
}  // namespace linnet::kernels
