#include "cli/profile.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli_test.h"

namespace linnet::testing {
namespace {

using cli::OpTime;
using cli::Roof;
using ::testing::HasSubstr;

constexpr Roof kRoof = {100, 10};  // 1e9 operations, 1e9 bytes a second

OpTime Time(double milliseconds, double operations, double bytes, bool int8 = false) {
  return {"Conv2D", "conv", milliseconds, {operations, bytes, int8}};
}

TEST(PercentOfRoof, IsOfWhatTheSlowerOfOperationsAndBytesNeeds) {
  EXPECT_DOUBLE_EQ(cli::PercentOfRoof(Time(2, 1e8, 1e6), kRoof), 50) << "1 ms of operations";
  EXPECT_DOUBLE_EQ(cli::PercentOfRoof(Time(2, 1e6, 1e7), kRoof), 50) << "1 ms of reading";
  EXPECT_DOUBLE_EQ(cli::PercentOfRoof(Time(2, 4e8, 1e6), kRoof), 200) << "fewer operations than counted";
  EXPECT_DOUBLE_EQ(cli::PercentOfRoof(Time(0, 1e8, 1e6), kRoof), 0);
  EXPECT_DOUBLE_EQ(cli::PercentOfRoof(Time(2, 1e8, 1e6, true), kRoof), 0) << "the roof of int8 is another";
}

TEST(PrintProfile, SlowestFirst) {
  std::ostringstream out;
  cli::PrintProfile({Time(1, 1e8, 0), Time(3, 6e7, 0, true)}, kRoof, out);
  const std::string text = out.str();
  const size_t slow = text.find("    3.0000  75.0%      20.0     -  Conv2D"),
               fast = text.find("    1.0000  25.0%     100.0  100%  Conv2D");
  EXPECT_NE(slow, std::string::npos) << text;
  EXPECT_NE(fast, std::string::npos) << text;
  EXPECT_LT(slow, fast);
}

TEST(AddProfile, KeepsTheOrderOfExecution) {
  nlohmann::ordered_json line;
  cli::AddProfile({Time(1, 1e8, 8), Time(3, 6e7, 0)}, kRoof, &line);
  EXPECT_EQ(line["profile"][0]["ms"], 1);
  EXPECT_EQ(line["profile"][0]["bytes"], 8);
  EXPECT_EQ(line["profile"][0]["gflops"], 100);
  EXPECT_EQ(line["profile"][1]["percent_of_roof"], 20);
}

}  // namespace
}  // namespace linnet::testing
