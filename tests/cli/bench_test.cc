#include <nlohmann/json.hpp>

#include "cli_test.h"
#include "kernels/isa.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;

class BenchTest : public CliTest {};

TEST_F(BenchTest, PrintsOneLineOfJson) {
  const std::string model = ConvertDigits();
  const Outcome outcome = RunCli({"bench", model, "--seconds", "0.01", "--json", "--threads", "2"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
  const auto figures = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(figures["model"], model);
  EXPECT_EQ(figures["threads"], 2);
  EXPECT_FALSE(figures["isa"].get<std::string>().empty());
  EXPECT_GT(figures["min_ms"].get<double>(), 0);
  EXPECT_GE(figures["median_ms"].get<double>(), figures["min_ms"].get<double>());
  EXPECT_GE(figures["p90_ms"].get<double>(), figures["median_ms"].get<double>());
  EXPECT_GT(figures["load_ms"].get<double>(), figures["min_ms"].get<double>());
  EXPECT_GT(figures["peak_rss_mb"].get<double>(), 1);
  EXPECT_GT(figures["arena_bytes"].get<int>(), 4096) << "[1, 8, 8, 16] floats live at once with others";
  EXPECT_GE(figures["scratch_bytes"].get<int>(), 0);
  EXPECT_GT(figures["weights_bytes"].get<int>(), 80000);
}

TEST_F(BenchTest, ProfileSharesAddUp) {
  const Outcome outcome = RunCli({"bench", ConvertDigits(), "--seconds", "0.01", "--json", "--profile"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  const auto figures = nlohmann::json::parse(outcome.out);
  double total = 0;
  int convolutions = 0;
  for (const auto& op : figures["profile"]) {
    total += op["ms"].get<double>();
    convolutions += op["op"] == "Conv2D";
  }
  EXPECT_EQ(convolutions, 5);
  EXPECT_GT(total, 0);
  EXPECT_GT(figures["roof"]["gflops"].get<double>(), 0);
  const Outcome text = RunCli({"bench", Path("digits.linnet"), "--seconds", "0.01", "--profile"});
  EXPECT_THAT(text.out, HasSubstr("share   GFLOP/s  roof"));
  EXPECT_THAT(text.out, HasSubstr("DepthwiseConv2D"));
}

TEST_F(BenchTest, PrintsAndSwitchesMethods) {
  const std::string model = ConvertDigits();
  const auto methods = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"bench", model, "--seconds", "0", "--json", "--methods"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = RunCli(arguments);
    EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    return nlohmann::json::parse(outcome.out)["methods"];
  };
  const auto chosen = methods({});
  ASSERT_FALSE(chosen.empty());
  const std::string node = chosen[0]["node"];
  EXPECT_EQ(chosen[0]["op"], "Conv2D");
  EXPECT_LT(chosen[0]["cost"].get<double>(), chosen[0]["other_cost"].get<double>());
  EXPECT_FALSE(chosen[0]["switched"].get<bool>());
  EXPECT_TRUE(methods({"--switch", node})[0]["switched"].get<bool>());
  const Outcome text = RunCli({"bench", model, "--seconds", "0", "--methods", "--switch", node});
  EXPECT_THAT(text.out, HasSubstr(node + " (million multiply-adds; switched)"));
  const Outcome unknown = RunCli({"bench", model, "--seconds", "0", "--switch", "nothing"});
  EXPECT_EQ(unknown.status, cli::kExitUsage);
  EXPECT_THAT(unknown.err, HasSubstr("no choice was made for node 'nothing'"));
}

TEST_F(BenchTest, RunsTheInstructionSetThatIsAskedFor) {
  const Outcome outcome = RunCli({"bench", ConvertDigits(), "--seconds", "0", "--json", "--isa", "scalar"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["isa"], "scalar");
  EXPECT_EQ(kernels::LastDispatchedIsa(), kernels::Isa::kScalar);
}

TEST_F(BenchTest, RefusesShapesThatDoNotFit) {
  const std::string model = ConvertDigits();
  const Outcome outcome = RunCli({"bench", model, "--shape", "image=2x1x8x8"});
  EXPECT_EQ(outcome.status, cli::kExitUsage);
  EXPECT_THAT(outcome.err, HasSubstr("expected float32 [1, 1, 8, 8], found float32 [2, 1, 8, 8]"));
  EXPECT_EQ(RunCli({"bench", model, "--shape", "picture=1x1x8x8"}).status, cli::kExitUsage);
}

}  // namespace
}  // namespace linnet::testing
