#include <algorithm>

#include "cli/npy.h"
#include "cli_test.h"
#include "converter/tensor_values.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class RunTest : public CliTest {
 protected:
  // y = x + k with x float [batch, 2] and k float [2].
  std::string ConvertAdd() const {
    GraphSpec graph;
    graph.nodes = {NodeMessage("Add", {"x", "k"}, {"y"})};
    graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {"batch", 2}),
                    ValueInfoMessage("k", ElementType::kFloat32, {2})};
    graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {"batch", 2})};
    const std::string model = WriteText("add.onnx", graph.EncodeModel().data());
    const Outcome outcome = RunCli({"convert", model, "-o", Path("add.linnet")});
    EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    return Path("add.linnet");
  }
  std::string WriteFloats(const std::string& name, const Shape& shape, const std::vector<float>& values) const {
    EXPECT_TRUE(cli::WriteNpy(Path(name), ElementType::kFloat32, shape, values.data(), values.size() * 4).ok());
    return Path(name);
  }
  std::vector<double> ReadOutput(const std::string& name) const {
    Result<converter::HostTensor> tensor = cli::ReadNpy(Path(name));
    EXPECT_TRUE(tensor.ok()) << tensor.message();
    if (!tensor.ok()) return {};
    return converter::ToDoubles(tensor->type, tensor->bytes.data(), static_cast<size_t>(tensor->shape.elements()));
  }
};

TEST_F(RunTest, ClassifiesEveryPictureOfTheExample) {
  const std::string model = ConvertDigits();
  for (int digit = 0; digit < 10; ++digit) {
    const std::string picture = Digits("images/" + std::to_string(digit) + ".png");
    const Outcome outcome = RunCli({"run", model, "--input", picture, "--top", "2", "--output-dir", Path("out")});
    ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("   1. class " + std::to_string(digit) + "  0."));
    const std::vector<double> scores = ReadOutput("out/output_0.npy");
    ASSERT_EQ(scores.size(), 10u);
    EXPECT_EQ(std::max_element(scores.begin(), scores.end()) - scores.begin(), digit);
  }
}

TEST_F(RunTest, WritesTheSumForAnyBatch) {
  const std::string model = ConvertAdd();
  const std::string x = WriteFloats("x.npy", {3, 2}, {1, 2, 3, 4, 5, 6});
  const std::string k = WriteFloats("k.npy", {2}, {10, 20});
  for (const char* threads : {"1", "2"}) {
    const Outcome outcome = RunCli({"run", model, "--input", "x=" + x, "--input", "k=" + k, "--threads", threads,
                                    "--output-dir", Path("new_folder")});
    ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("output 'y': float32 [3, 2], from 11 to 26"));
    EXPECT_THAT(ReadOutput("new_folder/output_0.npy"), ::testing::ElementsAre(11, 22, 13, 24, 15, 26));
  }
}

TEST_F(RunTest, InputsThatAreNotGivenAreRandomAndSaidSo) {
  const std::string model = ConvertAdd();
  const std::string k = WriteFloats("k.npy", {2}, {10, 20});
  const std::vector<std::string> arguments = {"run",     model,   "--input",      "k=" + k,
                                              "--shape", "x=4x2", "--output-dir", Path("out")};
  const Outcome outcome = RunCli(arguments);
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("input 'x' is not given: random values"));
  const std::vector<double> first = ReadOutput("out/output_0.npy");
  EXPECT_EQ(first.size(), 8u);
  EXPECT_EQ(RunCli(arguments).status, cli::kExitOk);
  EXPECT_EQ(ReadOutput("out/output_0.npy"), first) << "the same seed each time";
}

TEST_F(RunTest, WrongInputsAreUsageErrorsThatSayWhatFits) {
  const std::string model = ConvertAdd();
  const std::string wrong_shape = WriteFloats("shape.npy", {3, 5}, std::vector<float>(15, 0));
  const std::string wrong_rank = WriteFloats("rank.npy", {2}, {0, 0});
  const std::vector<double> doubles(2, 0);
  ASSERT_TRUE(cli::WriteNpy(Path("type.npy"), ElementType::kFloat64, {1, 2}, doubles.data(), 16).ok());
  const std::string not_npy = WriteText("text.npy", "hello");
  const struct {
    std::string input, message;
  } cases[] = {
      {"x=" + wrong_shape, "input 'x': expected float32 [?, 2], found float32 [3, 5] in '" + wrong_shape + "'"},
      {"x=" + wrong_rank, "input 'x': expected float32 [?, 2], found float32 [2]"},
      {"x=" + Path("type.npy"), "expected float32 [?, 2], found float64 [1, 2]"},
      {"x=" + not_npy, "'" + not_npy + "' is not a usable .npy file"},
      {"z=" + wrong_rank, "has no input 'z'; its inputs are x, k"},
      {wrong_rank, "write NAME=FILE; the model's inputs are x, k"},
      {"x=" + Digits("images/1.png"), "a picture"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = RunCli({"run", model, "--input", c.input});
    EXPECT_EQ(outcome.status, cli::kExitUsage) << c.input;
    EXPECT_THAT(outcome.err, HasSubstr(c.message));
  }
  EXPECT_EQ(RunCli({"run", model, "--input", "x=" + Path("none.npy")}).status, cli::kExitIo);
  EXPECT_EQ(RunCli({"run", model, "--shape", "x=1x3"}).status, cli::kExitUsage);
  EXPECT_EQ(RunCli({"run", model, "--shape", "x=4000000000000000000x2"}).status, cli::kExitUsage);
#ifndef __SANITIZE_ADDRESS__  // which ends the program where operator new would throw
  EXPECT_NE(RunCli({"run", model, "--shape", "x=400000000000x2"}).status, cli::kExitOk) << "terabytes";
#endif
}

TEST_F(RunTest, DamagedModelsAreRefused) {
  const std::string model = ConvertDigits();
  const std::string good = ReadText("digits.linnet");
  std::string wrong_identifier = good;
  wrong_identifier[8] = 'X';
  const struct {
    std::string content;
  } cases[] = {{""}, {"short"}, {good.substr(0, 100)}, {good.substr(0, good.size() - 64)}, {wrong_identifier}};
  for (const auto& c : cases) {
    const std::string path = WriteText("damaged.linnet", c.content);
    for (const char* command : {"run", "bench", "inspect"}) {
      const Outcome outcome = RunCli({command, path});
      EXPECT_EQ(outcome.status, cli::kExitBadModel) << c.content.size() << outcome.err;
      EXPECT_THAT(outcome.err, StartsWith("linnet: "));
      EXPECT_THAT(outcome.err, HasSubstr("damaged.linnet"));
    }
  }
}

TEST_F(RunTest, OutputsThatCannotBeWrittenAreIoErrors) {
  const std::string model = ConvertDigits();
  const std::string file = WriteText("file", "");
  for (const std::string& folder : {file, std::string("/dev/null/out"), Path("none/out")}) {
    const Outcome outcome = RunCli({"run", model, "--output-dir", folder});
    EXPECT_EQ(outcome.status, cli::kExitIo) << folder;
    EXPECT_THAT(outcome.err, HasSubstr(folder));
  }
}

}  // namespace
}  // namespace linnet::testing
