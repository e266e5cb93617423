#include "engine/ops/resize_axis.h"

#include <gtest/gtest.h>

#include <vector>

namespace linnet::ops {
namespace {

using format::CoordinateMode;
using format::ResizeMode;

ResizeAxis Axis(const ResizeRule& rule, int64_t in, int64_t out) {
  ResizeAxis axis;
  axis.in = in;
  axis.out = out;
  axis.length = static_cast<double>(out);
  axis.scale = static_cast<double>(out) / static_cast<double>(in);
  axis.resized = true;
  SetTaps(rule, &axis);
  return axis;
}

TEST(ResizeAxis, NumberOfTaps) {
  ResizeRule rule;
  EXPECT_EQ(Axis(rule, 9, 3).taps, 1);
  rule.mode = ResizeMode::Linear;
  EXPECT_EQ(Axis(rule, 9, 3).taps, 2);
  rule.antialias = true;
  EXPECT_EQ(Axis(rule, 3, 9).taps, 2);
  EXPECT_EQ(Axis(rule, 8, 4).taps, 4);
  rule.mode = ResizeMode::Cubic;
  EXPECT_EQ(Axis(rule, 3, 9).taps, 4);
  EXPECT_EQ(Axis(rule, 8, 4).taps, 8);
}

// Whatever the sizes, taps lie inside and weights sum to 1.
TEST(ResizeAxis, WeightsSumToOne) {
  for (const ResizeMode mode : {ResizeMode::Nearest, ResizeMode::Linear, ResizeMode::Cubic}) {
    for (int coordinate = 0; coordinate <= static_cast<int>(CoordinateMode::MAX); ++coordinate) {
      for (int flags = 0; flags < 4; ++flags) {
        ResizeRule rule;
        rule.mode = mode;
        rule.coordinate = static_cast<CoordinateMode>(coordinate);
        rule.antialias = (flags & 1) != 0;
        rule.exclude_outside = (flags & 2) != 0;
        for (int64_t in = 1; in <= 12; ++in) {
          for (int64_t out = 1; out <= 12; ++out) {
            const ResizeAxis axis = Axis(rule, in, out);
            std::vector<int32_t> index(static_cast<size_t>(axis.taps));
            std::vector<double> weight(index.size());
            for (int64_t position = 0; position < out; ++position) {
              ASSERT_TRUE(ResizeTaps(rule, axis, position, index.data(), weight.data()));
              double sum = 0;
              for (size_t t = 0; t < index.size(); ++t) {
                ASSERT_GE(index[t], 0);
                ASSERT_LT(index[t], in);
                sum += weight[t];
              }
              ASSERT_NEAR(sum, 1, 1e-12);
            }
          }
        }
      }
    }
  }
}

TEST(ResizeAxis, OutsideOfARegion) {
  ResizeRule rule;
  rule.coordinate = CoordinateMode::TfCropAndResize;
  ResizeAxis axis = Axis(rule, 4, 3);
  axis.begin = 0.5;
  axis.end = 1.5;
  int32_t index = -1;
  float weight = -1;
  EXPECT_TRUE(ResizeTaps(rule, axis, 1, &index, &weight));
  EXPECT_EQ(index, 3);
  EXPECT_EQ(weight, 1);
  EXPECT_FALSE(ResizeTaps(rule, axis, 2, &index, &weight));
  EXPECT_EQ(weight, 0);
}

TEST(ResizeAxis, NotResizedIsCopied) {
  ResizeAxis axis;
  axis.in = axis.out = 7;
  int32_t index = -1;
  float weight = -1;
  EXPECT_TRUE(ResizeTaps({}, axis, 5, &index, &weight));
  EXPECT_EQ(index, 5);
  EXPECT_EQ(weight, 1);
}

}  // namespace
}  // namespace linnet::ops
