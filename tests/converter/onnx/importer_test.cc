// Whole models: inputs, constants, functions, outputs, and what is told of unsupported ops.
#include "converter/onnx/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter {
namespace {

using linnet::testing::FloatTensor;
using linnet::testing::GraphSpec;
using linnet::testing::IntAttribute;
using linnet::testing::IntTensor;
using linnet::testing::Message;
using linnet::testing::NodeMessage;
using linnet::testing::OpsetMessage;
using linnet::testing::StringAttribute;
using linnet::testing::TemporaryFolder;
using linnet::testing::TensorHeader;
using linnet::testing::ValueInfoMessage;
using ::testing::AllOf;
using ::testing::HasSubstr;

Result<Graph> Import(const GraphSpec& spec, const ImportOptions& options = {}) {
  const TemporaryFolder folder;
  return ImportOnnx(folder.Write("m.onnx", spec.EncodeModel().data()), options);
}

Message FloatInput(const std::string& name, const std::vector<linnet::testing::DimSpec>& dims) {
  return ValueInfoMessage(name, ElementType::kFloat32, dims);
}

// x -> Relu -> y
GraphSpec ReluModel(const std::vector<linnet::testing::DimSpec>& dims) {
  GraphSpec spec;
  spec.inputs = {FloatInput("x", dims)};
  spec.nodes = {NodeMessage("Relu", {"x"}, {"y"})};
  spec.outputs = {FloatInput("y", dims)};
  return spec;
}

TEST(ImporterTest, KeepsNamesAndConstants) {
  GraphSpec spec;
  spec.inputs = {FloatInput("x", {2}), FloatInput("w", {2})};  // w: both an input and an initializer
  spec.initializers = {FloatTensor("w", {2}, {1, 2})};
  spec.nodes = {NodeMessage("Add", {"x", "w"}, {"y"})};
  spec.outputs = {FloatInput("y", {2})};
  Result<Graph> graph = Import(spec);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_EQ(graph->ToString(),
            "input %x   // float32 [2]\n"
            "constant %w   // float32 [2] = [1, 2]\n"
            "%y = Add(%x, %w)   // undefined [?]\n"
            "output %y\n");
  EXPECT_EQ(graph->nodes()[0]->name, "Add_0");
}

TEST(ImporterTest, LeavesAnInitializerToTheUserWhoNamesIt) {
  GraphSpec spec;
  spec.inputs = {FloatInput("x", {2}), FloatInput("w", {2})};
  spec.initializers = {FloatTensor("w", {2}, {1, 2})};
  spec.nodes = {NodeMessage("Add", {"x", "w"}, {"y"})};
  spec.outputs = {FloatInput("y", {2})};
  ImportOptions options;
  options.shapes["w"] = {2};
  Result<Graph> graph = Import(spec, options);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_EQ(graph->inputs.size(), 2u);
}

TEST(ImporterTest, KeepsSymbolsOrPinsThem) {
  const GraphSpec spec = ReluModel({"batch", 3, ""});
  Result<Graph> symbolic = Import(spec);
  ASSERT_TRUE(symbolic.ok()) << symbolic.message();
  EXPECT_THAT(symbolic->ToString(), HasSubstr("input %x   // float32 [batch=1, 3, x_2=1]"));

  ImportOptions options;
  options.default_shapes["x"] = {4, 3, 5};
  Result<Graph> planned = Import(spec, options);
  ASSERT_TRUE(planned.ok()) << planned.message();
  EXPECT_THAT(planned->ToString(), HasSubstr("float32 [batch=4, 3, x_2=5]"));

  options.shapes["x"] = {4, 3, 5};
  Result<Graph> pinned = Import(spec, options);
  ASSERT_TRUE(pinned.ok()) << pinned.message();
  EXPECT_THAT(pinned->ToString(), HasSubstr("input %x   // float32 [4, 3, 5]"));
}

TEST(ImporterTest, RefusesShapesThatDoNotFit) {
  const GraphSpec spec = ReluModel({"batch", 3});
  const auto error = [&spec](const std::string& name, const std::vector<int64_t>& sizes) {
    ImportOptions options;
    options.shapes[name] = sizes;
    Result<Graph> graph = Import(spec, options);
    EXPECT_EQ(graph.status().code(), StatusCode::kInvalidArgument);
    return std::string(graph.message());
  };
  EXPECT_THAT(error("z", {1}), HasSubstr("input 'z': the model has no such input; it has 'x'"));
  EXPECT_THAT(error("x", {1}), HasSubstr("1 sizes given, the model declares 2"));
  EXPECT_THAT(error("x", {1, 4}), HasSubstr("size 4 given for dimension 1, which the model fixes at 3"));
  EXPECT_THAT(error("x", {-1, 3}), HasSubstr("-1 is negative"));
}

TEST(ImporterTest, GivesEveryOutputAValueOfItsOwn) {
  GraphSpec spec = ReluModel({2});
  spec.nodes.push_back(NodeMessage("Identity", {"y"}, {"same"}));
  spec.nodes.push_back(NodeMessage("Identity", {"x"}, {"input"}));
  spec.initializers = {FloatTensor("c", {1}, {7})};
  for (const char* name : {"same", "input", "c"}) spec.outputs.push_back(FloatInput(name, {2}));
  Result<Graph> graph = Import(spec);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_THAT(graph->ToString(), AllOf(HasSubstr("%same = Identity(%y)"), HasSubstr("%input = Identity(%x)"),
                                       HasSubstr("= Identity(%c)")));
  EXPECT_EQ(graph->outputs.size(), 4u);
}

TEST(ImporterTest, ExpandsFunctions) {
  namespace fields = onnx::function_field;
  Message alpha = StringAttribute("alpha", "");  // stands for the caller's attribute 'slope'
  alpha = Message()
              .String(onnx::attribute_field::kName, "alpha")
              .String(onnx::attribute_field::kRefAttrName, "slope")
              .Int(onnx::attribute_field::kType, static_cast<int>(onnx::AttributeType::kFloat));
  Message function;
  function.String(fields::kName, "Twice").String(fields::kDomain, "my").String(fields::kInput, "a");
  function.String(fields::kOutput, "b").String(fields::kAttribute, "slope");
  function.Add(fields::kNode, NodeMessage("LeakyRelu", {"a"}, {"t"}, {alpha}));
  function.Add(fields::kNode, NodeMessage("Relu", {"t"}, {"b"}));
  function.Add(fields::kOpsetImport, OpsetMessage("", 16));
  GraphSpec spec;
  spec.functions = {function};
  spec.other_opsets = {OpsetMessage("my", 1)};
  spec.inputs = {FloatInput("x", {2})};
  spec.nodes = {NodeMessage("Twice", {"x"}, {"y"}, {linnet::testing::FloatAttribute("slope", 0.5f)}, "my")};
  spec.outputs = {FloatInput("y", {2})};
  Result<Graph> graph = Import(spec);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_THAT(graph->ToString(),
              AllOf(HasSubstr("%Twice_0/t = LeakyRelu(%x) {alpha=0.5}"), HasSubstr("%y = Relu(%Twice_0/t)")));
}

TEST(ImporterTest, EndsFunctionsThatCallThemselves) {
  namespace fields = onnx::function_field;
  Message function;
  function.String(fields::kName, "F").String(fields::kDomain, "my").String(fields::kInput, "a");
  function.String(fields::kOutput, "b").Add(fields::kNode, NodeMessage("F", {"a"}, {"b"}, {}, "my"));
  GraphSpec spec;
  spec.functions = {function};
  spec.inputs = {FloatInput("x", {2})};
  spec.nodes = {NodeMessage("F", {"x"}, {"y"}, {}, "my")};
  spec.outputs = {FloatInput("y", {2})};
  Result<Graph> graph = Import(spec);
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.message(), HasSubstr("functions call each other too deeply"));
}

TEST(ImporterTest, TellsAllUnsupportedOpsAtOnce) {
  GraphSpec spec = ReluModel({2});
  spec.nodes.push_back(NodeMessage("Foo", {"y"}, {"a"}));
  spec.nodes.push_back(NodeMessage("Relu", {"a"}, {"b"}));
  spec.nodes.push_back(NodeMessage("Foo", {"b"}, {"c"}));
  spec.nodes.push_back(NodeMessage("Bar", {"x"}, {"d"}, {}, "my.domain"));
  spec.nodes.push_back(NodeMessage("Cast", {"x"}, {"e"}, {IntAttribute("to", 8)}));
  Result<Graph> graph = Import(spec);
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(graph.message(), HasSubstr("m.onnx: 3 ops are not supported:\n"));
  EXPECT_THAT(graph.message(), HasSubstr("\n  Foo (ai.onnx, opset 17): 2 nodes 'Foo_1', 'Foo_3'"));
  EXPECT_THAT(graph.message(), HasSubstr("\n  Bar (my.domain, opset 1): node 'Bar_4'"));
  EXPECT_THAT(graph.message(), HasSubstr("\n  Cast (ai.onnx, opset 17): casts to string: node 'Cast_5'"));
}

TEST(ImporterTest, TellsInputsAndConstantsThatAreNoNumbers) {
  GraphSpec spec;
  spec.inputs = {ValueInfoMessage("text", ElementType::kString, {1})};
  spec.initializers = {TensorHeader("words", ElementType::kString, {1})};
  spec.nodes = {NodeMessage("Identity", {"text"}, {"y"}), NodeMessage("Identity", {"words"}, {"z"})};
  spec.outputs = {ValueInfoMessage("y", ElementType::kString, {1})};
  Result<Graph> graph = Import(spec);
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.message(),
              AllOf(HasSubstr("of type string: node 'text'"), HasSubstr("of type string: node 'words'")));
}

TEST(ImporterTest, KeepsCustomOps) {
  GraphSpec spec;
  spec.other_opsets = {OpsetMessage("my", 1)};
  spec.inputs = {FloatInput("x", {2})};
  spec.nodes = {NodeMessage("Foo", {"x"}, {"y"}, {IntAttribute("n", 3)}, "my")};
  spec.outputs = {FloatInput("y", {2})};
  ImportOptions options;
  options.custom_ops = {"my::Foo"};
  Result<Graph> graph = Import(spec, options);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_THAT(graph->ToString(), HasSubstr("%y = Custom(%x) {domain='my' op_type='Foo' attributes=[{name='n' i=3 type=2}]}"));
}

TEST(ImporterTest, RefusesGraphsThatContradictThemselves) {
  const auto error = [](const GraphSpec& spec) {
    Result<Graph> graph = Import(spec);
    EXPECT_EQ(graph.status().code(), StatusCode::kInvalidModel);
    return std::string(graph.message());
  };
  GraphSpec unsorted = ReluModel({2});
  unsorted.nodes = {NodeMessage("Relu", {"a"}, {"y"}), NodeMessage("Relu", {"x"}, {"a"})};
  EXPECT_THAT(error(unsorted), HasSubstr("node 'Relu_0' (Relu): input 'a' is not defined before it"));
  GraphSpec twice = ReluModel({2});
  twice.nodes.push_back(NodeMessage("Abs", {"x"}, {"y"}));
  EXPECT_THAT(error(twice), HasSubstr("node 'Abs_1' (Abs): output 'y' is defined twice"));
  GraphSpec no_output = ReluModel({2});
  no_output.outputs = {FloatInput("z", {2})};
  EXPECT_THAT(error(no_output), HasSubstr("output 'z' is never computed"));
  GraphSpec wrong_attribute = ReluModel({2});
  wrong_attribute.nodes = {NodeMessage("Flatten", {"x"}, {"y"}, {StringAttribute("axis", "one")})};
  EXPECT_THAT(error(wrong_attribute), HasSubstr("attribute 'axis' has type 3, expected 2"));
  GraphSpec missing_input = ReluModel({2});
  missing_input.nodes = {NodeMessage("Add", {"x"}, {"y"})};
  EXPECT_THAT(error(missing_input), HasSubstr("input 1 is missing"));
}

TEST(ImporterTest, InfersRanksOnTheWay) {
  GraphSpec spec;
  spec.inputs = {FloatInput("x", {2, 6, 4})};
  spec.initializers = {IntTensor("shape", {4}, {2, 3, 2, 4})};
  spec.nodes = {NodeMessage("Reshape", {"x", "shape"}, {"r"}), NodeMessage("GlobalAveragePool", {"r"}, {"y"})};
  spec.outputs = {FloatInput("y", {2, 3, 1, 1})};
  Result<Graph> graph = Import(spec);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_THAT(graph->ToString(), HasSubstr("{perm=[0, 2, 3, 1]}"));
}

}  // namespace
}  // namespace linnet::converter
