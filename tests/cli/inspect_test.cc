#include <nlohmann/json.hpp>
#include <set>

#include "cli_test.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;

class InspectTest : public CliTest {};

TEST_F(InspectTest, JsonHasInputsSizesAndCounts) {
  const std::string model = ConvertDigits();
  const Outcome outcome = RunCli({"inspect", model, "--json", "--ops"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["inputs"][0]["name"], "image");
  EXPECT_EQ(json["inputs"][0]["type"], "float32");
  EXPECT_EQ(json["inputs"][0]["shape"], (std::vector<int>{1, 1, 8, 8}));
  EXPECT_EQ(json["outputs"][0]["name"], "probabilities");
  EXPECT_EQ(json["outputs"][0]["shape"], (std::vector<int>{1, 10}));
  EXPECT_GE(json["arena_bytes"].get<int>(), json["live_set_bytes"].get<int>());
  EXPECT_GT(json["live_set_bytes"].get<int>(), 0);
  EXPECT_EQ(json["file_bytes"].get<size_t>(), ReadText("digits.linnet").size());
  EXPECT_LT(json["weights_bytes"].get<size_t>(), json["file_bytes"].get<size_t>());
  EXPECT_EQ(json["macs"].get<int>(), 64 * (144 + 144 + 256) + 16 * (4608 + 288 + 1024) + 4 * 13824 + 480);
  EXPECT_EQ(json["transposes"].get<int>(), 0) << "one channel going in and one pixel coming out need none";
  EXPECT_EQ(json["ops"]["Conv2D"], 5);
  int ops = 0;
  for (const auto& [name, count] : json["ops"].items()) ops += count.get<int>();
  EXPECT_EQ(json["nodes"].size(), static_cast<size_t>(ops));
}

TEST_F(InspectTest, TextShowsOpsAndDrawsThePlan) {
  const Outcome outcome = RunCli({"inspect", ConvertDigits(), "--ops"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  for (const char* part : {"%image float32 [1, 1, 8, 8]", "Conv2D(", "stride_h=2", "arena", "plan from the file"}) {
    EXPECT_THAT(outcome.out, HasSubstr(part));
  }
  std::istringstream lines(outcome.out.substr(outcome.out.find("memory plan")));
  std::string title, line;
  std::getline(lines, title);
  std::set<char> marks;
  size_t columns = 0;
  while (std::getline(lines, line)) {
    if (columns == 0) columns = line.size();
    EXPECT_EQ(line.size(), columns);
    marks.insert(line.begin(), line.end());
  }
  EXPECT_THAT(title, HasSubstr(" " + std::to_string(columns) + " ops"));
  EXPECT_TRUE(marks.count('.') == 1 && marks.count('a') == 1 && marks.count('b') == 1) << outcome.out;
}

TEST_F(InspectTest, SymbolicSizesGoByTheirNames) {
  GraphSpec graph;
  graph.nodes = {NodeMessage("Relu", {"x"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {"batch", 4})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {"batch", 4})};
  const std::string model = WriteText("relu.onnx", graph.EncodeModel().data());
  ASSERT_EQ(RunCli({"convert", model, "-o", Path("relu.linnet")}).status, cli::kExitOk);
  const Outcome outcome = RunCli({"inspect", Path("relu.linnet"), "--json"});
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["inputs"][0]["shape"], nlohmann::json({"batch", 4}));
}

TEST_F(InspectTest, DamagedWeightsAreFound) {
  const std::string model = ConvertDigits();
  std::string content = ReadText("digits.linnet");
  content[content.size() - 100] ^= 1;
  WriteText("digits.linnet", content);
  const Outcome outcome = RunCli({"inspect", model});
  EXPECT_EQ(outcome.status, cli::kExitBadModel);
  EXPECT_THAT(outcome.err, HasSubstr("the weights are damaged"));
}

}  // namespace
}  // namespace linnet::testing
