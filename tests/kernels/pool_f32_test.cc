#include "kernels/pool_f32.h"

#include "kernels/reference/pool_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using PoolF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(PoolF32Test);

struct Case {
  size_t size[3];
  size_t extra;  // floats between pixels, rows and planes
};

const Case kCases[] = {{{1, 1, 1}, 0}, {{1, 1, 3}, 1}, {{1, 3, 3}, 0}, {{1, 2, 5}, 2}, {{2, 3, 2}, 1}};

// Also from 4 vectors of the widest instruction set on.
std::vector<size_t> ChannelCounts() {
  std::vector<size_t> counts = Sizes();
  counts.insert(counts.end(), {63, 64, 79, 80, 129});
  return counts;
}

// A window whose taps fill `in` to its last float.
PoolWindowF32 Window(const Case& c, size_t channels, const float* in) {
  const size_t pixel = channels + c.extra, row = c.size[2] * pixel + c.extra;
  return {in, {c.size[0], c.size[1], c.size[2]}, {c.size[1] * row + c.extra, row, pixel}};
}

size_t Floats(const PoolWindowF32& w, size_t channels) {
  return (w.size[0] - 1) * w.step[0] + (w.size[1] - 1) * w.step[1] + (w.size[2] - 1) * w.step[2] + channels;
}

TEST_P(PoolF32Test, EveryChannelCountAlignmentAndWindow) {
  for (const Case& c : kCases) {
    for (size_t channels : ChannelCounts()) {
      for (size_t misalign : {0, 1, 3}) {
        Guarded<float> in(Floats(Window(c, channels, nullptr), channels), misalign);
        Guarded<float> largest(channels, misalign), average(channels, misalign);
        Random(channels).Fill(in, -4, 4);
        const PoolWindowF32 window = Window(c, channels, in.data());
        const double taps = static_cast<double>(c.size[0] * c.size[1] * c.size[2]);
        MaxPoolF32(window, channels, largest.data());
        AveragePoolF32(window, channels, 7.0f, average.data());
        for (size_t i = 0; i < channels; ++i) {
          ASSERT_EQ(largest[i], reference::MaxPool(window, i)) << "channel " << i << " of " << channels;
          // Values of at most 4: each addition and the division round once.
          ASSERT_NEAR(average[i], reference::AveragePool(window, i, 7), (taps + 1) * 0x1p-24 * taps * 4 / 7)
              << "channel " << i << " of " << channels;
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(PoolF32Test, AWindowWithoutTaps) {
  for (size_t channels : {1, 8, 70}) {
    for (const Case& c : {Case{{1, 1, 0}, 0}, Case{{1, 0, 2}, 0}, Case{{0, 2, 2}, 0}}) {
      std::vector<float> out(channels, 5);
      const PoolWindowF32 window = {out.data(), {c.size[0], c.size[1], c.size[2]}, {1, 1, 1}};
      Guarded<float> result(channels);
      MaxPoolF32(window, channels, result.data());
      for (float value : result) EXPECT_EQ(value, -HUGE_VALF);
      AveragePoolF32(window, channels, 2, result.data());
      for (float value : result) EXPECT_EQ(value, 0);
    }
  }
}

TEST_P(PoolF32Test, NaNAndInfinityOfEveryTapStayInTheirChannel) {
  const Case c = {{1, 2, 3}, 0};
  for (size_t channels : {3, 17, 67}) {
    for (size_t at = 0; at < 6 * channels; ++at) {
      for (float special : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
        std::vector<float> in(6 * channels, 2), largest(channels), average(channels);
        in[at] = special;
        const PoolWindowF32 window = Window(c, channels, in.data());
        MaxPoolF32(window, channels, largest.data());
        AveragePoolF32(window, channels, 6, average.data());
        for (size_t i = 0; i < channels; ++i) {
          if (i != at % channels) {
            ASSERT_EQ(largest[i], 2);
            ASSERT_EQ(average[i], 2);
          } else if (std::isnan(special)) {
            ASSERT_TRUE(std::isnan(largest[i])) << "tap " << at / channels;
            ASSERT_TRUE(std::isnan(average[i])) << "tap " << at / channels;
          } else {
            ASSERT_EQ(largest[i], std::fmax(2, special));
            ASSERT_EQ(average[i], special);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
