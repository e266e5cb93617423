#include "converter/quantizer/histogram.h"

#include <gtest/gtest.h>

namespace linnet::converter {
namespace {

TEST(HistogramTest, CountsValuesAndKeepsZerosApart) {
  Histogram histogram(-1, 1);
  const float values[] = {0, 0, -1, 1, 0.5f, 0.5f};
  histogram.Add(values, 6);
  EXPECT_EQ(histogram.zeros(), 2u);
  EXPECT_EQ(histogram.total(), 4u);
  EXPECT_EQ(histogram.count(0), 1u);
  EXPECT_EQ(histogram.count(Histogram::kBins - 1), 1u);
  EXPECT_EQ(histogram.count(Histogram::kBins * 3 / 4), 2u);
}

TEST(HistogramTest, PutsValuesOutsideIntoTheBinsAtTheEnds) {
  Histogram histogram(0, 1);
  const float values[] = {-5, 7};
  histogram.Add(values, 2);
  EXPECT_EQ(histogram.count(0), 1u);
  EXPECT_EQ(histogram.count(Histogram::kBins - 1), 1u);
}

TEST(HistogramTest, FindsBinsByValue) {
  const Histogram histogram(0, 2048);  // bins of width 1
  EXPECT_EQ(histogram.BinFrom(-3), 0);
  EXPECT_EQ(histogram.BinFrom(10.4), 10);
  EXPECT_EQ(histogram.BinFrom(10.6), 11);
  EXPECT_EQ(histogram.BinFrom(5000), Histogram::kBins);
  EXPECT_DOUBLE_EQ(histogram.center(10), 10.5);
}

}  // namespace
}  // namespace linnet::converter
