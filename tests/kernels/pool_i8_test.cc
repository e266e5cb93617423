#include "kernels/pool_i8.h"

#include "kernels/reference/pool_i8.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using PoolI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(PoolI8Test);

struct Case {
  size_t size[3];
  size_t extra;  // bytes between pixels, rows and planes
};

const Case kCases[] = {{{1, 1, 1}, 0}, {{1, 1, 3}, 1}, {{1, 3, 3}, 0}, {{1, 2, 5}, 2}, {{2, 3, 2}, 1}, {{1, 7, 7}, 0}};

std::vector<size_t> ChannelCounts() {
  std::vector<size_t> counts = Sizes();
  counts.insert(counts.end(), {63, 64, 66, 127, 128, 131, 200});
  return counts;
}

// A window whose taps fill `in` to its last byte.
template <typename T>
PoolWindow<T> Window(const Case& c, size_t channels, const T* in) {
  const size_t pixel = channels + c.extra, row = c.size[2] * pixel + c.extra;
  return {in, {c.size[0], c.size[1], c.size[2]}, {c.size[1] * row + c.extra, row, pixel}};
}

template <typename T>
size_t Bytes(const PoolWindow<T>& w, size_t channels) {
  return (w.size[0] - 1) * w.step[0] + (w.size[1] - 1) * w.step[1] + (w.size[2] - 1) * w.step[2] + channels;
}

TEST_P(PoolI8Test, EveryChannelCountAlignmentAndWindow) {
  for (const Case& c : kCases) {
    for (size_t channels : ChannelCounts()) {
      for (size_t misalign : {0, 1, 3}) {
        const size_t bytes = Bytes(Window<int8_t>(c, channels, nullptr), channels);
        Guarded<int8_t> in(bytes, misalign), largest(channels, misalign), average(channels, misalign);
        Guarded<uint8_t> in_u8(bytes, misalign), largest_u8(channels, misalign);
        Random random(channels);
        for (int8_t& x : in) x = static_cast<int8_t>(random.Int(-128, 127));
        for (uint8_t& x : in_u8) x = static_cast<uint8_t>(random.Int(0, 255));
        const auto window = Window<int8_t>(c, channels, in.data());
        const auto window_u8 = Window<uint8_t>(c, channels, in_u8.data());
        const ScaleToI8 scale = {random.Uniform(0.01f, 0.4f), random.Int(-128, 127), -128, 127};
        const int zero = random.Int(-128, 127);
        MaxPoolI8(window, channels, largest.data());
        MaxPoolU8(window_u8, channels, largest_u8.data());
        AveragePoolI8(window, channels, zero, scale, average.data());
        for (size_t i = 0; i < channels; ++i) {
          ASSERT_EQ(largest[i], reference::MaxPoolByte(window, i)) << "channel " << i << " of " << channels;
          ASSERT_EQ(largest_u8[i], reference::MaxPoolByte(window_u8, i)) << "channel " << i << " of " << channels;
          ASSERT_EQ(average[i], reference::AveragePoolI8(window, i, zero, scale)) << i << " of " << channels;
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(PoolI8Test, RowsOfWindows) {
  for (size_t channels : ChannelCounts()) {
    for (size_t taps : {1, 2, 3, 5}) {
      for (size_t stride : {1, 2}) {
        const size_t outputs = 4, extra = taps % 2, pixel = channels + extra;
        Guarded<int8_t> in(((outputs - 1) * stride + taps) * pixel - extra, 1), out(outputs * pixel - extra, 1);
        Guarded<uint8_t> in_u8(((outputs - 1) * stride + taps) * pixel - extra, 1), out_u8(outputs * pixel - extra, 1);
        Random random(channels + taps);
        for (int8_t& x : in) x = static_cast<int8_t>(random.Int(-128, 127));
        for (uint8_t& x : in_u8) x = static_cast<uint8_t>(random.Int(0, 255));
        MaxPoolRowI8({in.data(), outputs, stride * pixel, taps, pixel, out.data(), pixel}, channels);
        MaxPoolRowU8({in_u8.data(), outputs, stride * pixel, taps, pixel, out_u8.data(), pixel}, channels);
        for (size_t o = 0; o < outputs; ++o) {
          const PoolWindow<int8_t> window = {in.data() + o * stride * pixel, {1, 1, taps}, {0, 0, pixel}};
          const PoolWindow<uint8_t> window_u8 = {in_u8.data() + o * stride * pixel, {1, 1, taps}, {0, 0, pixel}};
          for (size_t i = 0; i < channels; ++i) {
            ASSERT_EQ(out.data()[o * pixel + i], reference::MaxPoolByte(window, i)) << o << ", " << i << " of " << channels;
            ASSERT_EQ(out_u8.data()[o * pixel + i], reference::MaxPoolByte(window_u8, i)) << o << ", " << i;
          }
        }
      }
    }
  }
}

TEST_P(PoolI8Test, AWindowWithoutTaps) {
  for (size_t channels : {1, 8, 70}) {
    int8_t nothing = 0;
    std::vector<int8_t> out(channels, 5);
    std::vector<uint8_t> out_u8(channels, 5);
    MaxPoolI8({&nothing, {1, 0, 2}, {1, 1, 1}}, channels, out.data());
    for (int8_t x : out) EXPECT_EQ(x, -128);
    AveragePoolI8({&nothing, {1, 1, 0}, {1, 1, 1}}, channels, 9, {1, 3, -128, 127}, out.data());
    for (int8_t x : out) EXPECT_EQ(x, 3);
    const uint8_t nothing_u8 = 0;
    MaxPoolU8({&nothing_u8, {0, 1, 1}, {1, 1, 1}}, channels, out_u8.data());
    for (uint8_t x : out_u8) EXPECT_EQ(x, 0);
  }
}

// Sums beyond 2^24, where the float that follows is rounded.
TEST_P(PoolI8Test, AverageOfManyTaps) {
  const size_t taps = 200001;
  std::vector<int8_t> in(taps, 127);
  in[5] = -128;
  const PoolWindow<int8_t> window = {in.data(), {1, 1, taps}, {0, 0, 1}};
  const ScaleToI8 scale = {100.0f / (255.0f * taps), -7, -128, 127};
  int8_t out;
  AveragePoolI8(window, 1, -128, scale, &out);
  EXPECT_EQ(out, reference::AveragePoolI8(window, 0, -128, scale));
}

TEST_P(PoolI8Test, SumsOfARow) {
  for (size_t n : {0, 1, 3, 4, 5, 8, 15, 16, 17, 33, 100, 65537, 300001}) {
    Guarded<int8_t> in(n, 1);
    Random random(n);
    int64_t sum = 0, squares = 0;
    for (int8_t& x : in) {
      x = static_cast<int8_t>(n > 1000 ? -128 : random.Int(-128, 127));
      sum += x;
      squares += x * x;
    }
    const SumsI8 sums = SumRowI8(n, in.data());
    EXPECT_EQ(sums.sum, sum);
    EXPECT_EQ(sums.squares, squares);
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(PoolI8Test, Clamp) {
  for (size_t n : ChannelCounts()) {
    for (size_t misalign : {0, 1, 3}) {
      for (bool in_place : {false, true}) {
        Guarded<int8_t> in(n, misalign), other(n, misalign);
        Guarded<uint8_t> in_u8(n, misalign), other_u8(n, misalign);
        Random random(n);
        for (int8_t& x : in) x = static_cast<int8_t>(random.Int(-128, 127));
        for (uint8_t& x : in_u8) x = static_cast<uint8_t>(random.Int(0, 255));
        const std::vector<int8_t> before(in.begin(), in.end());
        const std::vector<uint8_t> before_u8(in_u8.begin(), in_u8.end());
        int8_t* out = in_place ? in.data() : other.data();
        uint8_t* out_u8 = in_place ? in_u8.data() : other_u8.data();
        ClampI8(n, in.data(), -100, 99, out);
        ClampU8(n, in_u8.data(), 30, 200, out_u8);
        for (size_t i = 0; i < n; ++i) {
          ASSERT_EQ(out[i], before[i] < -100 ? -100 : before[i] > 99 ? 99 : before[i]);
          ASSERT_EQ(out_u8[i], before_u8[i] < 30 ? 30 : before_u8[i] > 200 ? 200 : before_u8[i]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
