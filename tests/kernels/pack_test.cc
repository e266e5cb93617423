#include "kernels/pack.h"

#include "format/storage.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

TEST(PackTest, PanelsFollowTheFormulaAndUnpack) {
  for (size_t group : {1, 3}) {
    for (size_t n : {1, 4, 5, 8, 9, 16, 17, 33}) {
      for (bool k_major : {false, true}) {
        const size_t k = 5, width = format::PanelWidth(n);
        const PlainMatrices shape = {group, n, k, n * k, k_major ? 1 : k, k_major ? n : 1};
        Guarded<float> plain(group * n * k), packed(format::PanelElements(group, n, k, width)), again(plain.size());
        Random(n).Fill(plain);
        PackPanels(shape, width, plain.data(), packed.data());
        const size_t padded = format::RoundUp(n, width);
        for (size_t g = 0; g < group; ++g) {
          for (size_t j = 0; j < padded; ++j) {
            for (size_t p = 0; p < k; ++p) {
              const float expected =
                  j < n ? plain[g * n * k + j * shape.n_stride + p * shape.k_stride] : 0;
              ASSERT_EQ(packed[g * padded * k + (j / width * k + p) * width + j % width], expected);
            }
          }
        }
        UnpackPanels(shape, width, packed.data(), again.data());
        EXPECT_TRUE(std::equal(plain.begin(), plain.end(), again.begin()));
      }
    }
  }
}

TEST(PackTest, HalfPanelsKeepTheirBits) {
  const uint16_t plain[6] = {1, 2, 3, 4, 5, 6};  // [3, 2]
  uint16_t packed[8];
  PackPanels({1, 3, 2, 6, 2, 1}, 4, plain, packed);
  const uint16_t expected[8] = {1, 3, 5, 0, 2, 4, 6, 0};
  EXPECT_TRUE(std::equal(packed, packed + 8, expected));
}

TEST(PackTest, Int8PanelsFollowTheFormulaAndUnpack) {
  for (size_t group : {1, 3}) {
    for (size_t n : {1, 4, 5, 8, 9, 16, 17, 33}) {
      for (size_t k : {0, 1, 4, 7, 9}) {
        for (uint8_t flip : {0, 128}) {
          const bool k_major = (n + k) % 2 == 0;
          const size_t width = format::PanelWidth(n), padded = format::RoundUp(n, width), k4 = format::RoundUp(k, 4);
          const PlainMatrices shape = {group, n, k, n * k, k_major ? 1 : k, k_major ? n : 1};
          Guarded<int8_t> plain(group * n * k), packed(format::PanelInt8Bytes(group, n, k, width)), again(plain.size());
          Guarded<int32_t> sums(group * n);
          Random random(n * 10 + k);
          for (int8_t& v : plain) v = static_cast<int8_t>(random.Int(-128, 127));
          PackPanelsInt8(shape, width, flip, plain.data(), packed.data(), sums.data());
          for (size_t g = 0; g < group; ++g) {
            for (size_t j = 0; j < padded; ++j) {
              int32_t sum = 0;
              for (size_t p = 0; p < k4; ++p) {
                int expected = 0;
                if (j < n && p < k) expected = plain[g * n * k + j * shape.n_stride + p * shape.k_stride];
                if (j < n && p < k && flip != 0) expected += expected < 0 ? 128 : -128;  // as uint8, less 128
                const size_t at = g * padded * k4 + (j / width * (k4 / 4) + p / 4) * width * 4 + j % width * 4 + p % 4;
                ASSERT_EQ(packed[at], expected);
                sum += expected;
              }
              if (j < n) {
                ASSERT_EQ(sums[g * n + j], sum);
              }
            }
          }
          UnpackPanelsInt8(shape, width, packed.data(), again.data());
          for (size_t i = 0; i < plain.size(); ++i) {
            ASSERT_EQ(static_cast<uint8_t>(again[i]) ^ flip, static_cast<uint8_t>(plain[i]));
          }
        }
      }
    }
  }
}

TEST(PackTest, DepthwiseInt8IsZeroPadded) {
  for (size_t c : {1, 15, 16, 17, 40}) {
    Guarded<int8_t> plain(c * 9), packed(format::DepthwiseElements(c, 9, 16));
    for (size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<int8_t>(i * 37 + 1);
    PackDepthwise(c, 9, 16, plain.data(), packed.data());
    for (size_t j = 0; j < format::RoundUp(c, 16); ++j) {
      for (size_t t = 0; t < 9; ++t) ASSERT_EQ(packed[(j / 16 * 9 + t) * 16 + j % 16], j < c ? plain[t * c + j] : 0);
    }
  }
}

TEST(PackTest, DepthwiseIsZeroPadded) {
  for (size_t c : {1, 15, 16, 17, 40}) {
    const size_t taps = 9;
    Guarded<float> plain(c * taps), packed(format::DepthwiseElements(c, taps, 16));
    Random(c).Fill(plain);
    PackDepthwise(c, taps, 16, plain.data(), packed.data());
    for (size_t j = 0; j < format::RoundUp(c, 16); ++j) {
      for (size_t t = 0; t < taps; ++t) {
        ASSERT_EQ(packed[(j / 16 * taps + t) * 16 + j % 16], j < c ? plain[t * c + j] : 0);
      }
    }
  }
}

TEST(PackTest, EveryTapBelongsToOnePhase) {
  for (size_t kernel : {1, 2, 3, 4, 7}) {
    for (size_t stride : {1, 2, 3, 4}) {
      for (size_t dilation : {1, 2, 3, 4}) {
        std::vector<int> seen(kernel, 0);
        for (size_t r = 0; r < stride; ++r) {
          const TransposePhase phase = PhaseOf(kernel, stride, dilation, r);
          for (size_t i = 0; i < phase.count; ++i) {
            const size_t tap = phase.first + i * phase.step;
            ASSERT_LT(tap, kernel);
            EXPECT_EQ(tap * dilation % stride, r);
            EXPECT_EQ(phase.step * dilation, phase.dilation * stride);
            ++seen[tap];
          }
        }
        EXPECT_EQ(seen, std::vector<int>(kernel, 1)) << kernel << " " << stride << " " << dilation;
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
