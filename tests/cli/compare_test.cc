#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/npy.h"
#include "cli_test.h"
#include "format/schema.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;

class CompareTest : public CliTest {
 protected:
  // Conv, Relu, Conv of images [1, 2, 3, 3]: the middle is as large one way as the other.
  std::string WriteSource(float weight = 1) const {
    GraphSpec graph;
    graph.initializers = {FloatTensor("w", {3, 2, 1, 1}, {weight, 2, 3, -4, 5, 6}),
                          FloatTensor("v", {2, 3, 1, 1}, {1, -1, 2, 3, 1, 1})};
    graph.nodes = {NodeMessage("Conv", {"x", "w"}, {"a"}), NodeMessage("Relu", {"a"}, {"b"}),
                   NodeMessage("Conv", {"b", "v"}, {"y"})};
    graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {1, 2, "n", 3})};
    graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {1, 2, "n", 3})};
    return WriteText("source.onnx", graph.EncodeModel().data());
  }
  std::string Convert(const std::string& source, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"convert", source, "-o", Path("model.linnet"), "--default-shape", "x=1x2x3x3"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = RunCli(arguments);
    EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    return Path("model.linnet");
  }
};

TEST_F(CompareTest, FindsEachLayerInTheSource) {
  const std::string source = WriteSource();
  for (const char* layout : {"nchw", "nhwc"}) {
    const std::string model = Convert(source, {"--input-layout", layout});
    const Outcome outcome = RunCli({"compare", source, model, "--input-layout", layout, "--json"});
    ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_TRUE(json["within_tolerance"].get<bool>());
    std::vector<std::string> names;
    for (const auto& tensor : json["tensors"]) {
      names.push_back(tensor["tensor"]);
      EXPECT_LT(tensor["error"].get<double>(), 1e-6) << names.back();
    }
    EXPECT_THAT(names, ::testing::IsSupersetOf({"b", "y"}));
  }
}

TEST_F(CompareTest, TakesSamplesOfOtherFreeSizes) {
  const std::string source = WriteSource();
  const std::string model = Convert(source);
  const std::vector<float> values(2 * 5 * 3, 0.5f);
  ASSERT_TRUE(cli::WriteNpy(Path("x.npy"), ElementType::kFloat32, {1, 2, 5, 3}, values.data(), values.size() * 4).ok());
  const Outcome outcome = RunCli({"compare", source, model, "--input", "x=" + Path("x.npy")});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("float32 [1, 2, 5, 3]"));
  EXPECT_THAT(outcome.out, HasSubstr("(output)"));
  const Outcome unknown = RunCli({"compare", source, model, "--input", "z=" + Path("x.npy")});
  EXPECT_EQ(unknown.status, cli::kExitUsage);
  EXPECT_THAT(unknown.err, HasSubstr("no input 'z'"));
  ASSERT_TRUE(cli::WriteNpy(Path("x.npy"), ElementType::kFloat32, {1, 2, 3, 5}, values.data(), values.size() * 4).ok());
  const Outcome wrong = RunCli({"compare", source, model, "--input", "x=" + Path("x.npy")});
  EXPECT_EQ(wrong.status, cli::kExitUsage);
  EXPECT_THAT(wrong.err, HasSubstr("expected float32 [1, 2, ?, 3], found float32 [1, 2, 3, 5]"));
}

TEST_F(CompareTest, ADifferenceIsAMismatchAndTheWorstComesFirst) {
  const std::string model = Convert(WriteSource());
  const std::string other = WriteSource(1.5f);
  const Outcome outcome = RunCli({"compare", other, model});
  EXPECT_EQ(outcome.status, cli::kExitMismatch);
  EXPECT_THAT(outcome.err, HasSubstr("output 'y'"));
  EXPECT_THAT(outcome.out, HasSubstr("! "));
  EXPECT_EQ(RunCli({"compare", other, model, "--tolerance", "1"}).status, cli::kExitOk);
  EXPECT_EQ(RunCli({"compare", other, model, "--min-sqnr", "60"}).status, cli::kExitMismatch);
  const auto json = nlohmann::json::parse(RunCli({"compare", other, model, "--json"}).out);
  double last = -HUGE_VAL;
  for (const auto& tensor : json["tensors"]) {
    const double sqnr = tensor["sqnr_db"].is_null() ? HUGE_VAL : tensor["sqnr_db"].get<double>();
    EXPECT_GE(sqnr, last);
    last = sqnr;
  }
  EXPECT_FALSE(json["within_tolerance"].get<bool>());
}

TEST_F(CompareTest, StatesStartAsZeros) {
  GraphSpec graph;
  graph.nodes = {NodeMessage("Add", {"x", "sum"}, {"next"}), NodeMessage("Neg", {"next"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {2}), ValueInfoMessage("sum", ElementType::kFloat32, {2})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {2}), ValueInfoMessage("next", ElementType::kFloat32, {2})};
  const std::string source = WriteText("source.onnx", graph.EncodeModel().data());
  ASSERT_EQ(RunCli({"convert", source, "-o", Path("m.linnet"), "--state", "next=sum"}).status, cli::kExitOk);
  const Outcome outcome = RunCli({"compare", source, Path("m.linnet")});
  EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("equal"));
}

// A file whose int8 tensor stands for the source's reals.
TEST_F(CompareTest, QuantisedTensorsAreComparedAsReals) {
  GraphSpec graph;
  graph.initializers = {FloatTensor("s", {}, {0.5f}), TensorHeader("z", ElementType::kInt8, {}).Int(onnx::tensor_field::kInt32Data, 3)};
  graph.nodes = {NodeMessage("QuantizeLinear", {"x", "s", "z"}, {"q"}), NodeMessage("DequantizeLinear", {"q", "s", "z"}, {"y"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {40})};
  graph.outputs = {ValueInfoMessage("y", ElementType::kFloat32, {40})};
  const std::string int8 = WriteText("int8.onnx", graph.EncodeModel().data());
  ASSERT_EQ(RunCli({"convert", int8, "-o", Path("model.linnet")}).status, cli::kExitOk);
  // The same with the name and the quantisation of what it stands for.
  std::string file = ReadText("model.linnet");
  format::ModelT tables;
  format::GetSizePrefixedModel(file.data())->UnPackTo(&tables);
  for (auto& tensor : tables.subgraphs[0]->tensors) {
    if (tensor->type != format::ElementType::Int8 || tensor->role != format::Role::Activation) continue;
    tensor->name = "real";
    tensor->quantization = std::make_unique<format::QuantizationT>();
    tensor->quantization->scale = {0.5f};
    tensor->quantization->zero_point = {3};
  }
  linnet_flatbuffers::FlatBufferBuilder builder;
  format::FinishSizePrefixedModelBuffer(builder, format::Model::Pack(builder, &tables));
  const size_t old = 4 + *reinterpret_cast<const uint32_t*>(file.data());
  std::string changed(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  changed.resize((changed.size() + 63) / 64 * 64);
  WriteText("changed.linnet", changed + file.substr((old + 63) / 64 * 64));

  GraphSpec real;
  real.nodes = {NodeMessage("Neg", {"x"}, {"l"}), NodeMessage("Neg", {"l"}, {"real"}), NodeMessage("Neg", {"real"}, {"m"}),
                NodeMessage("Neg", {"m"}, {"y"})};
  real.inputs = graph.inputs;
  real.outputs = graph.outputs;
  const std::string source = WriteText("real.onnx", real.EncodeModel().data());
  const Outcome outcome = RunCli({"compare", source, Path("changed.linnet"), "--json", "--min-sqnr", "5"});
  ASSERT_EQ(outcome.status, cli::kExitOk) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_TRUE(json["quantized"].get<bool>());
  ASSERT_EQ(json["tensors"].size(), 2u);
  // Steps of 0.5 on random values over the whole range of the int8 tensor: at most half a step of 65.5 off.
  for (const auto& tensor : json["tensors"]) {
    EXPECT_LE(tensor["error"].get<double>(), 0.0042);
    EXPECT_GT(tensor["error"].get<double>(), 0.001);
    EXPECT_GT(tensor["sqnr_db"].get<double>(), 45);
  }
  EXPECT_EQ(RunCli({"compare", source, Path("changed.linnet"), "--min-sqnr", "60"}).status, cli::kExitMismatch);
}

TEST_F(CompareTest, FilesThatDoNotBelongTogetherAreAnError) {
  const std::string model = ConvertDigits();
  GraphSpec graph;
  graph.nodes = {NodeMessage("Relu", {"x"}, {"z"})};
  graph.inputs = {ValueInfoMessage("x", ElementType::kFloat32, {4})};
  graph.outputs = {ValueInfoMessage("z", ElementType::kFloat32, {4})};
  const Outcome outcome = RunCli({"compare", WriteText("other.onnx", graph.EncodeModel().data()), model});
  EXPECT_EQ(outcome.status, cli::kExitUsage) << outcome.err;
  EXPECT_EQ(RunCli({"compare", Path("none.onnx"), model}).status, cli::kExitIo);
  EXPECT_EQ(RunCli({"compare", Digits("digits.onnx"), Path("none.linnet")}).status, cli::kExitIo);
  const Outcome digits = RunCli({"compare", Digits("digits.onnx"), model});
  EXPECT_EQ(digits.status, cli::kExitOk) << digits.err;
}

}  // namespace
}  // namespace linnet::testing
