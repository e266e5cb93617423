#include "kernels/reference/resample_f32.h"

#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using ResampleF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(ResampleF32Test);

// Each term is rounded twice at most, and so is every sum.
double Tolerance(const reference::Sum& sum, size_t terms) {
  return (static_cast<double>(terms) + 2) * 0x1p-24 * sum.magnitude;
}

TEST_P(ResampleF32Test, SumsOfRows) {
  Random random(7);
  for (size_t n : Sizes()) {
    for (size_t count : {1, 2, 3, 8}) {
      for (size_t misalign : {0, 1, 3}) {
        Guarded<float> in(n * count, misalign), weights(count), out(n, misalign);
        random.Fill(in);
        random.Fill(weights);
        std::vector<const float*> rows;
        for (size_t k = 0; k < count; ++k) rows.push_back(in.data() + k * n);
        SumRowsF32(n, count, rows.data(), weights.data(), /*accumulate=*/false, out.data());
        const std::vector<float> once(out.begin(), out.end());
        SumRowsF32(n, count, rows.data(), weights.data(), /*accumulate=*/true, out.data());
        for (size_t i = 0; i < n; ++i) {
          const reference::Sum sum = reference::SumRows(count, rows.data(), weights.data(), i);
          ASSERT_NEAR(once[i], sum.value, Tolerance(sum, count)) << n << " " << count << " " << i;
          ASSERT_NEAR(out[i], 2 * sum.value, 4 * Tolerance(sum, count)) << n << " " << count << " " << i;
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(ResampleF32Test, PixelsOfARow) {
  Random random(3);
  for (size_t channels : Sizes()) {
    if (channels == 0) continue;
    for (size_t taps : {1, 2, 4, 7}) {
      for (size_t extra : {0, 5}) {
        constexpr size_t kIn = 6, kOut = 5;
        const size_t step = channels + extra;
        Guarded<float> in((kIn - 1) * step + channels, extra), out((kOut - 1) * step + channels, extra);
        Guarded<float> weight(kOut * taps);
        Guarded<int32_t> index(kOut * taps);
        random.Fill(in);
        random.Fill(out);
        random.Fill(weight);
        for (int32_t& i : index) i = random.Int(0, kIn - 1);
        const std::vector<float> before(out.begin(), out.end());
        const ResampleRowF32 row = {kOut,      taps, channels,   index.data(), weight.data(),
                                    in.data(), step, out.data(), step};
        RunResampleRowF32(row);
        for (size_t p = 0; p < kOut; ++p) {
          for (size_t c = 0; c < channels; ++c) {
            const reference::Sum sum = reference::ResampledPixel(row, p, c);
            ASSERT_NEAR(out[p * step + c], sum.value, Tolerance(sum, taps)) << channels << " " << taps << " " << p;
          }
          for (size_t i = p * step + channels; i < (p + 1) * step && i < out.size(); ++i) ASSERT_EQ(out[i], before[i]);
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

}  // namespace
}  // namespace linnet::kernels
