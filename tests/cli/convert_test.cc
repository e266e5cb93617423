#include <nlohmann/json.hpp>

#include "cli/npy.h"
#include "cli_test.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// y = relu(x) on [batch, 4].
GraphSpec ReluGraph() {
  GraphSpec graph;
  graph.nodes = {NodeMessage("Relu", {"x"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {"batch", 4})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {"batch", 4})};
  return graph;
}

class ConvertTest : public CliTest {
 protected:
  std::string WriteModel(const GraphSpec& graph, const std::string& name = "model.onnx") const {
    return WriteText(name, graph.EncodeModel().data());
  }
  Outcome Convert(const std::string& model, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"convert", model, "-o", Path("model.linnet")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }
};

TEST_F(ConvertTest, ReportsWhatItDid) {
  const Outcome outcome = Convert(Digits("digits.onnx"), {"--report", Path("report.json")});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  for (const char* part : {"ops", "fused", "transposes", "arena", "self-check"}) {
    EXPECT_THAT(outcome.out, HasSubstr(part));
  }
  const auto report = nlohmann::json::parse(ReadText("report.json"));
  EXPECT_GE(report["ops_imported"].get<int>(), 25) << "the network has 25 nodes";
  EXPECT_LE(report["ops_written"].get<int>(), 16);
  EXPECT_EQ(report["ops"]["Conv2D"], 5);
  EXPECT_EQ(report["ops"]["DepthwiseConv2D"], 2);
  EXPECT_TRUE(report["checked"].get<bool>());
  EXPECT_TRUE(report["within_tolerance"].get<bool>());
  EXPECT_LT(report["largest_error"].get<double>(), 1e-4);
  EXPECT_GE(report["arena_bytes"].get<int>(), report["live_set_bytes"].get<int>());
  EXPECT_EQ(report["file_bytes"].get<size_t>(), ReadText("model.linnet").size());
  // By hand: 64 pixels * (9 * 16 + 16 * 9 + 16 * 16) + 16 * (16 * 9 * 32 + 32 * 9 + 32 * 32) + 4 * 32 * 9 * 48 + 480.
  EXPECT_EQ(report["macs"].get<int>(), 64 * (144 + 144 + 256) + 16 * (4608 + 288 + 1024) + 4 * 13824 + 480);
}

// [batch, n] reshaped to rows of 80: of the sizes that are tried for n, 320 fits.
TEST_F(ConvertTest, FindsSizesThatFreeDimensionsCanHave) {
  GraphSpec graph;
  graph.initializers = {IntTensor("rows", {3}, {1, -1, 80})};
  graph.nodes = {NodeMessage("Reshape", {"x", "rows"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {"batch", "n"})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {1, "rows", 80})};
  const Outcome outcome = Convert(WriteModel(graph));
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  graph.initializers = {IntTensor("rows", {3}, {1, -1, 79})};
  EXPECT_THAT(Convert(WriteModel(graph)).err, HasSubstr("Reshape"));
}

TEST_F(ConvertTest, ListsAllUnsupportedOpsAndLeavesNoFile) {
  GraphSpec graph = ReluGraph();
  graph.nodes = {NodeMessage("Levitate", {"x"}, {"a"}), NodeMessage("Teleport", {"a"}, {"y"})};
  const Outcome outcome = Convert(WriteModel(graph));
  EXPECT_EQ(outcome.status, cli::kExitBadModel);
  EXPECT_THAT(outcome.err, HasSubstr("Levitate"));
  EXPECT_THAT(outcome.err, HasSubstr("Teleport"));
  EXPECT_THAT(FileNames(), ElementsAre("model.onnx"));
}

TEST_F(ConvertTest, RefusesDamagedModels) {
  const std::string good = ReluGraph().EncodeModel().data();
  GraphSpec cyclic = ReluGraph();
  cyclic.nodes = {NodeMessage("Add", {"x", "b"}, {"a"}), NodeMessage("Relu", {"a"}, {"b"}),
                  NodeMessage("Relu", {"b"}, {"y"})};
  GraphSpec dangling = ReluGraph();
  dangling.nodes = {NodeMessage("Relu", {"nothing"}, {"y"})};
  GraphSpec huge = ReluGraph();
  huge.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {int64_t{1} << 40, int64_t{1} << 40})};
  const std::string damaged[] = {"",
                                 "not a model",
                                 good.substr(0, good.size() / 2),
                                 cyclic.EncodeModel().data(),
                                 dangling.EncodeModel().data(),
                                 huge.EncodeModel().data()};
  for (const std::string& content : damaged) {
    const Outcome outcome = Convert(WriteText("model.onnx", content));
    EXPECT_EQ(outcome.status, cli::kExitBadModel) << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::StartsWith("linnet: "));
    EXPECT_THAT(FileNames(), ElementsAre("model.onnx"));
  }
}

TEST_F(ConvertTest, FailuresLeaveAnExistingOutputAlone) {
  WriteText("model.linnet", "precious");
  EXPECT_EQ(Convert(WriteText("model.onnx", "not a model")).status, cli::kExitBadModel);
  EXPECT_EQ(ReadText("model.linnet"), "precious");
  EXPECT_THAT(FileNames(), UnorderedElementsAre("model.onnx", "model.linnet"));
  EXPECT_EQ(Convert(WriteModel(ReluGraph())).status, cli::kExitOk);
  EXPECT_NE(ReadText("model.linnet"), "precious");
}

TEST_F(ConvertTest, AnOutputThatCannotBeWrittenIsAnIoError) {
  const std::string model = WriteModel(ReluGraph());
  for (const std::string& output : {std::string("/dev/full"), Path("none/model.linnet"), Path(".")}) {
    const Outcome outcome = RunCli({"convert", model, "-o", output});
    EXPECT_EQ(outcome.status, cli::kExitIo) << output;
    EXPECT_THAT(outcome.err, HasSubstr(output));
  }
}

TEST_F(ConvertTest, ShapesPinAndPlan) {
  const std::string model = WriteModel(ReluGraph());
  ASSERT_EQ(Convert(model, {"--shape", "x=3x4"}).status, cli::kExitOk);
  EXPECT_THAT(RunCli({"inspect", Path("model.linnet")}).out, HasSubstr("%x float32 [3, 4]"));
  ASSERT_EQ(Convert(model, {"--default-shape", "x=5x4"}).status, cli::kExitOk);
  EXPECT_THAT(RunCli({"inspect", Path("model.linnet")}).out, HasSubstr("%x float32 [batch, 4]"));
  EXPECT_THAT(RunCli({"run", Path("model.linnet")}).out, HasSubstr("[5, 4]"));
  ASSERT_EQ(Convert(model, {"--default-shape", "x=5x4", "--default-shape", "x=9x4"}).status, cli::kExitOk);
  EXPECT_THAT(RunCli({"run", Path("model.linnet")}).out, HasSubstr("[5, 4]"));
  EXPECT_THAT(Convert(model, {"--default-shape", "x=5x4", "--default-shape", "x=9x3"}).err, HasSubstr("fixed by the model"));
  EXPECT_NE(Convert(model, {"--shape", "z=3x4"}).status, cli::kExitOk) << "there is no input z";
  EXPECT_NE(Convert(model, {"--shape", "x=3x5"}).status, cli::kExitOk) << "the second size is 4";
}

TEST_F(ConvertTest, SamplesAreUsedAndChecked) {
  const std::string model = WriteModel(ReluGraph());
  const std::vector<float> values(8, 2);
  ASSERT_TRUE(cli::WriteNpy(Path("x.npy"), ElementType::kFloat32, {2, 4}, values.data(), 32).ok());
  EXPECT_EQ(Convert(model, {"--sample", "x=" + Path("x.npy")}).status, cli::kExitOk);
  EXPECT_THAT(Convert(model, {"--sample", "z=" + Path("x.npy")}).err, HasSubstr("'z': the model has no such input"));
  ASSERT_TRUE(cli::WriteNpy(Path("x.npy"), ElementType::kFloat32, {2, 3}, values.data(), 24).ok());
  const Outcome narrow = Convert(model, {"--sample", "x=" + Path("x.npy")});
  EXPECT_EQ(narrow.status, cli::kExitUsage);
  EXPECT_THAT(narrow.err, HasSubstr("'x': found float32 [2, 3], expected float32 [1, 4] or other free sizes"));
  EXPECT_EQ(Convert(model, {"--sample", "x=" + Path("none.npy")}).status, cli::kExitIo);
}

TEST_F(ConvertTest, ADifferenceAboveTheToleranceIsAMismatchAndWritesNothing) {
  const Outcome outcome = Convert(Digits("digits.onnx"), {"--tolerance", "1e-30"});
  EXPECT_EQ(outcome.status, cli::kExitMismatch);
  EXPECT_THAT(outcome.err, HasSubstr("is not converted"));
  EXPECT_THAT(FileNames(), ElementsAre());
}

}  // namespace
}  // namespace linnet::testing
