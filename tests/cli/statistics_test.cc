#include "cli/statistics.h"

#include <gtest/gtest.h>

namespace linnet::cli {
namespace {

TEST(Summarize, FindsMedianMinimumAndNinthDecile) {
  EXPECT_EQ(Summarize({}).median, 0);
  const Statistics one = Summarize({4});
  EXPECT_EQ(one.median, 4);
  EXPECT_EQ(one.min, 4);
  EXPECT_EQ(one.p90, 4);
  std::vector<double> samples;
  for (int i = 100; i > 0; --i) samples.push_back(i);
  const Statistics hundred = Summarize(samples);
  EXPECT_EQ(hundred.median, 51);
  EXPECT_EQ(hundred.min, 1);
  EXPECT_EQ(hundred.p90, 90);
  EXPECT_EQ(Summarize({1, 2, 3, 4, 5, 6, 7}).p90, 7);
}

TEST(PeakResidentMebibytes, IsThatOfAProgram) {
  EXPECT_GT(PeakResidentMebibytes(), 1);
  EXPECT_LT(PeakResidentMebibytes(), 1e6);
}

TEST(BytesText, PicksAUnit) {
  EXPECT_EQ(BytesText(0), "0 bytes");
  EXPECT_EQ(BytesText(1023), "1023 bytes");
  EXPECT_EQ(BytesText(1536), "1.5 KiB");
  EXPECT_EQ(BytesText(4816896), "4.59 MiB");
}

}  // namespace
}  // namespace linnet::cli
