#include "converter/quantizer/ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace linnet::converter {
namespace {

std::vector<float> Normal(size_t n, float deviation) {
  std::mt19937 random(1);
  std::normal_distribution<float> distribution(0, deviation);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(random);
  return values;
}

Histogram Of(const std::vector<float>& values) {
  float lo = 0, hi = 0;
  for (float value : values) {
    lo = std::min(lo, value);
    hi = std::max(hi, value);
  }
  Histogram histogram(lo, hi);
  histogram.Add(values.data(), values.size());
  return histogram;
}

// The error of really rounding each value.
double MeasuredError(const std::vector<float>& values, const Range& range) {
  const AffineInt8 q = QuantizationOf(range);
  double sum = 0;
  for (float value : values) {
    const float step = std::min(std::max(std::nearbyint(value / q.scale) + static_cast<float>(q.zero_point), -128.0f), 127.0f);
    const double back = (step - static_cast<float>(q.zero_point)) * q.scale;
    sum += (value - back) * (value - back);
  }
  return sum / static_cast<double>(values.size());
}

TEST(RangesTest, ZeroIsExactAndTheEndsAreCovered) {
  for (const Range& range : {Range{0, 6}, Range{-1, 1}, Range{-3, 0}, Range{-0.1f, 7}, Range{0, 1e-30f}}) {
    const AffineInt8 q = QuantizationOf(range);
    EXPECT_GE(q.zero_point, -128);
    EXPECT_LE(q.zero_point, 127);
    EXPECT_TRUE(std::isnormal(q.scale));
    const Range covered = RangeOf(q);
    EXPECT_NEAR(covered.lo, range.lo, q.scale);
    EXPECT_NEAR(covered.hi, range.hi, q.scale);
  }
  EXPECT_EQ(QuantizationOf({0, 6}).zero_point, -128);
  EXPECT_EQ(QuantizationOf({-3, 0}).zero_point, 127);
  // A range too narrow for a normal scale.
  EXPECT_TRUE(std::isnormal(QuantizationOf({0, 1e-40f}).scale));
}

TEST(RangesTest, MinMaxIsAllThatWasSeen) {
  const Histogram histogram = Of({-2, 0.5f, 3});
  const Range range = ChooseRange(histogram, RangeMethod::kMinMax);
  EXPECT_EQ(range.lo, -2);
  EXPECT_EQ(range.hi, 3);
}

TEST(RangesTest, PercentileLeavesOutTheFewLargest) {
  std::vector<float> values = Normal(100000, 1);
  values.push_back(100);
  const Range range = ChooseRange(Of(values), RangeMethod::kPercentile);
  EXPECT_LT(range.hi, 5);
  EXPECT_GT(range.hi, 3);
  EXPECT_LT(range.lo, -3);
  // Where one of few values would be outside, none is.
  EXPECT_GT(ChooseRange(Of({1, 2, 3}), RangeMethod::kPercentile).hi, 2.9f);
}

TEST(RangesTest, TheEstimatedErrorIsTheMeasuredOne) {
  const std::vector<float> values = Normal(100000, 1);
  const Histogram histogram = Of(values);
  for (const Range& range : {Range{-4, 4}, Range{-2, 2}, Range{-1, 3}}) {
    EXPECT_NEAR(MeanSquaredError(histogram, range) / MeasuredError(values, range), 1, 0.02);
  }
}

TEST(RangesTest, MseBeatsMinMaxWhereAnOutlierWidensTheRange) {
  std::vector<float> values = Normal(400000, 1);
  values.push_back(20);
  const Histogram histogram = Of(values);
  const Range all = ChooseRange(histogram, RangeMethod::kMinMax), mse = ChooseRange(histogram, RangeMethod::kMse);
  EXPECT_LT(MeasuredError(values, mse), 0.75 * MeasuredError(values, all));
  EXPECT_LT(mse.hi, 16);
}

TEST(RangesTest, EntropyCutsALongThinTailOnly) {
  std::vector<float> values = Normal(100000, 1);
  const Range whole = ChooseRange(Of(values), RangeMethod::kEntropy);
  EXPECT_GT(whole.hi, 2);  // the body of the distribution stays
  EXPECT_LT(whole.lo, -2);
  values.push_back(60);
  EXPECT_LT(ChooseRange(Of(values), RangeMethod::kEntropy).hi, 30);
}

TEST(RangesTest, DivergenceIsNoneForFewerValuesThanSteps) {
  // 100 different values at the middles of bins: each step holds at most one.
  Histogram histogram(0, 2048);
  for (int i = 0; i < 100; ++i) {
    const float value = static_cast<float>(i) * 20 + 0.5f;
    histogram.Add(&value, 1);
  }
  EXPECT_NEAR(Divergence(histogram, {0, 2048}), 0, 1e-12);
  EXPECT_GT(Divergence(histogram, {0, 1024}), 0.1);
}

TEST(RangesTest, SaturationIsThePartOutside) {
  const Histogram histogram = Of({0, 0, -1, 1, 2, 4, 8, 8});
  EXPECT_DOUBLE_EQ(Saturation(histogram, {-1, 8}), 0);
  EXPECT_DOUBLE_EQ(Saturation(histogram, {0, 5}), 3.0 / 8);
}

}  // namespace
}  // namespace linnet::converter
