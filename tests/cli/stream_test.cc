#include "cli/stream.h"

#include "cli/npy.h"
#include "cli_test.h"
#include "converter/tensor_values.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StreamTest : public CliTest {
 protected:
  static constexpr int kSteps = 6, kIn = 3, kHidden = 5;

  static std::vector<float> Wave(int count, float step) {
    std::vector<float> values;
    for (int i = 0; i < count; ++i) values.push_back(0.6f * static_cast<float>((i * 37 + 11) % 19 - 9) / 9 * step);
    return values;
  }
  // y, h = GRU(x, h0) of `steps` steps.
  static GraphSpec Gru(int steps) {
    GraphSpec graph;
    graph.initializers = {FloatTensor("w", {1, 3 * kHidden, kIn}, Wave(3 * kHidden * kIn, 1)),
                          FloatTensor("r", {1, 3 * kHidden, kHidden}, Wave(3 * kHidden * kHidden, 0.7f))};
    graph.nodes = {NodeMessage("GRU", {"x", "w", "r", "", "", "h0"}, {"y", "h"}, {IntAttribute("hidden_size", kHidden)})};
    graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {steps, 1, kIn}),
                    ValueInfoMessage("h0", ElementType::kFloat32, {1, "batch", kHidden})};
    graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {steps, 1, 1, kHidden}),
                     ValueInfoMessage("h", ElementType::kFloat32, {1, "batch", kHidden})};
    return graph;
  }
  Outcome Convert(const GraphSpec& graph, const std::string& name, std::vector<std::string> more) const {
    const std::string model = WriteText("model.onnx", graph.EncodeModel().data());
    std::vector<std::string> arguments = {"convert", model, "-o", Path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }
  std::string WriteFloats(const std::string& name, const Shape& shape, const std::vector<float>& values) const {
    EXPECT_TRUE(cli::WriteNpy(Path(name), ElementType::kFloat32, shape, values.data(), values.size() * 4).ok());
    return Path(name);
  }
  converter::HostTensor ReadOutput(const std::string& name) const {
    Result<converter::HostTensor> tensor = cli::ReadNpy(Path(name));
    EXPECT_TRUE(tensor.ok()) << tensor.message();
    return tensor.ok() ? std::move(*tensor) : converter::HostTensor();
  }
};

TEST_F(StreamTest, SixRunsWithAStateEqualOneRunOfSixSteps) {
  const std::vector<float> x = Wave(kSteps * kIn, 1);
  Outcome outcome = Convert(Gru(kSteps), "whole.linnet", {"--shape", "h0=1x1x5"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  outcome = Convert(Gru(1), "step.linnet", {"--shape", "h0=1x1x5", "--state", "h=h0"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;

  const std::string zeros = WriteFloats("h0.npy", {1, 1, kHidden}, std::vector<float>(kHidden));
  outcome = RunCli({"run", Path("whole.linnet"), "--input", "x=" + WriteFloats("x.npy", {kSteps, 1, kIn}, x), "--input",
                    "h0=" + zeros, "--output-dir", Path("whole")});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  outcome = RunCli({"run", Path("step.linnet"), "--stream", "--input",
                    "x=" + WriteFloats("frames.npy", {kSteps, 1, 1, kIn}, x), "--output-dir", Path("step")});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;

  const converter::HostTensor whole = ReadOutput("whole/output_0.npy"), steps = ReadOutput("step/output_0.npy");
  EXPECT_EQ(whole.shape, Shape({kSteps, 1, 1, kHidden}));
  EXPECT_EQ(steps.shape, Shape({kSteps, 1, 1, 1, kHidden}));
  const auto values = [](const converter::HostTensor& y) { return converter::ToDoubles(y.type, y.bytes.data(), kSteps * kHidden); };
  EXPECT_THAT(values(steps), ::testing::Pointwise(::testing::DoubleNear(1e-6), values(whole)));
  EXPECT_FALSE(std::filesystem::exists(Path("step/output_1.npy"))) << "a state is no output";
}

TEST_F(StreamTest, InputsThatHaveNoFrontDimensionAreTheSameInEachRun) {
  GraphSpec graph;  // total = total + x * k
  graph.nodes = {NodeMessage("Mul", {"x", "k"}, {"p"}), NodeMessage("Add", {"p", "total"}, {"next"}),
                 NodeMessage("Neg", {"next"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {2}), ValueInfoMessage("k", ElementType::kFloat32, {2}),
                  ValueInfoMessage("total", ElementType::kFloat32, {2})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {2}), ValueInfoMessage("next", ElementType::kFloat32, {2})};
  ASSERT_EQ(Convert(graph, "sum.linnet", {"--state", "next=total"}).status, cli::kExitOk);
  const std::string k = "k=" + WriteFloats("k.npy", {2}, {1, 10});
  const std::string x = "x=" + WriteFloats("x.npy", {3, 2}, {1, 2, 3, 4, 5, 6});
  const Outcome outcome =
      RunCli({"run", Path("sum.linnet"), "--stream", "--input", x, "--input", k, "--output-dir", Path("out")});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  const converter::HostTensor y = ReadOutput("out/output_0.npy");
  EXPECT_EQ(y.shape, Shape({3, 2}));
  EXPECT_THAT(converter::ToDoubles(y.type, y.bytes.data(), 6), ElementsAre(-1, -20, -4, -60, -9, -120));

  const std::string two = "k=" + WriteFloats("two.npy", {2, 2}, {1, 10, 1, 10});
  const Outcome uneven = RunCli({"run", Path("sum.linnet"), "--stream", "--input", x, "--input", two});
  EXPECT_EQ(uneven.status, cli::kExitUsage);
  EXPECT_THAT(uneven.err, HasSubstr("'k' has values for 2 runs, expected 3"));
  const Outcome whole = RunCli({"run", Path("sum.linnet"), "--stream", "--input", k});
  EXPECT_EQ(whole.status, cli::kExitUsage);
  EXPECT_THAT(whole.err, HasSubstr("no input has a value for each run"));
}

TEST_F(StreamTest, PairsThatCannotBeStatesSayWhy) {
  const auto error = [&](std::vector<std::string> states) {
    std::vector<std::string> arguments;
    for (const std::string& state : states) arguments.insert(arguments.end(), {"--state", state});
    arguments.insert(arguments.end(), {"--shape", "h0=1x1x5"});
    const Outcome outcome = Convert(Gru(1), "step.linnet", arguments);
    EXPECT_EQ(outcome.status, cli::kExitUsage);
    EXPECT_FALSE(std::filesystem::exists(Path("step.linnet")));
    return outcome.err;
  };
  EXPECT_THAT(error({"z=h0"}), HasSubstr("state z=h0: the model has no such output"));
  EXPECT_THAT(error({"h=z"}), HasSubstr("state h=z: the model has no such input"));
  EXPECT_THAT(error({"h=h0", "h=x"}), HasSubstr("state h=x: this output is a state already"));
  EXPECT_THAT(error({"h=h0", "y=h0"}), HasSubstr("state y=h0: this input is a state already"));
  EXPECT_THAT(error({"y=h0"}), HasSubstr("the output is float32 [1, 1, 1, 5], the input float32 [1, 1, 5]"));
  const Outcome free = Convert(Gru(1), "step.linnet", {"--state", "h=h0"});
  EXPECT_EQ(free.status, cli::kExitUsage);
  EXPECT_THAT(free.err, HasSubstr("dimension 'batch' is free; pin it with --shape h0=..."));
}

}  // namespace
}  // namespace linnet::testing
