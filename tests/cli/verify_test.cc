#include <fstream>

#include "cli_test.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;

class VerifyTest : public CliTest {
 protected:
  // A case of y = relu(x) whose expected output is `expected`.
  void WriteCase(const std::string& name, const std::vector<int64_t>& dims, const std::vector<float>& expected) const {
    GraphSpec graph;
    graph.nodes = {NodeMessage("Relu", {"x"}, {"y"})};
    graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {3})};
    graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {3})};
    WriteText(name + "/model.onnx", graph.EncodeModel().data());
    WriteText(name + "/test_data_set_0/input_0.pb", FloatTensor("x", {3}, {-1, 0, 2}).data());
    WriteText(name + "/test_data_set_0/output_0.pb", FloatTensor("y", dims, expected).data());
  }
  void WriteGoodAndBad() const {
    WriteCase("cases/good", {3}, {0, 0, 2});
    WriteCase("cases/nearly", {3}, {0, 0, 2.0019f});
    WriteCase("cases/wrong_value", {3}, {0, 0, 2.003f});
    WriteCase("cases/wrong_shape", {1, 3}, {0, 0, 2});
    WriteText("cases/broken/model.onnx", "not a model");
  }
};

TEST_F(VerifyTest, CountsAndNamesFailingCases) {
  WriteGoodAndBad();
  const Outcome outcome = RunCli({"verify", Path("cases")});
  EXPECT_EQ(outcome.status, cli::kExitMismatch);
  EXPECT_THAT(outcome.out, HasSubstr("FAIL broken: "));
  EXPECT_THAT(outcome.out, HasSubstr("FAIL wrong_value: test_data_set_0: output 'y': element 2 of 3: expected 2.003"));
  EXPECT_THAT(outcome.out, HasSubstr("FAIL wrong_shape: test_data_set_0: output 'y': expected float32 [1, 3], found"));
  EXPECT_THAT(outcome.out, HasSubstr("\n2 passed, 3 failed\n"));
}

TEST_F(VerifyTest, PassingCasesExitWithZero) {
  WriteGoodAndBad();
  const Outcome outcome = RunCli({"verify", Path("cases/good"), Path("cases/nearly/")});
  EXPECT_EQ(outcome.status, cli::kExitOk);
  EXPECT_EQ(outcome.out, "2 passed, 0 failed\n");
}

TEST_F(VerifyTest, ExpectedListDecides) {
  WriteGoodAndBad();
  const std::string complete = WriteText("complete", "# comment\ngood\n\nnearly  # too\n");
  EXPECT_EQ(RunCli({"verify", Path("cases"), "--expect", complete}).status, cli::kExitOk);

  const Outcome fewer = RunCli({"verify", Path("cases"), "--expect", WriteText("fewer", "good\n")});
  EXPECT_EQ(fewer.status, cli::kExitOk);
  EXPECT_THAT(fewer.out, HasSubstr("NEW  nearly: passes and is not listed"));

  const Outcome more = RunCli({"verify", Path("cases"), "--expect", WriteText("more", "good\nwrong_value\nabsent\n")});
  EXPECT_EQ(more.status, cli::kExitMismatch);
  EXPECT_THAT(more.err, HasSubstr("listed case wrong_value fails"));
  EXPECT_THAT(more.err, HasSubstr("listed case absent is not there"));

  EXPECT_EQ(RunCli({"verify", Path("cases"), "--expect", Path("none")}).status, cli::kExitIo);
}

TEST_F(VerifyTest, WritesTheListOfWhatPasses) {
  WriteGoodAndBad();
  RunCli({"verify", Path("cases"), "--list", Path("list")});
  EXPECT_EQ(ReadText("list"), "good\nnearly\n");
}

TEST_F(VerifyTest, FoldersWithoutACaseFail) {
  const Outcome outcome = RunCli({"verify", Path("nothing")});
  EXPECT_EQ(outcome.status, cli::kExitMismatch);
  EXPECT_THAT(outcome.out, HasSubstr("FAIL nothing: "));
  WriteCase("empty", {3}, {0, 0, 2});
  std::filesystem::remove_all(Path("empty/test_data_set_0"));
  EXPECT_THAT(RunCli({"verify", Path("empty")}).out, HasSubstr("has no test_data_set_*"));
}

}  // namespace
}  // namespace linnet::testing
