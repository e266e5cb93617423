#include "converter/onnx/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::AttributeMessage;
using linnet::testing::FloatAttribute;
using linnet::testing::FloatTensor;
using linnet::testing::GraphSpec;
using linnet::testing::IntsAttribute;
using linnet::testing::Message;
using linnet::testing::NodeMessage;
using linnet::testing::OpsetMessage;
using linnet::testing::TemporaryFolder;
using linnet::testing::ValueInfoMessage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

GraphSpec SmallModel() {
  GraphSpec spec;
  spec.opset = 13;
  spec.inputs.push_back(ValueInfoMessage("x", ElementType::kFloat32, {"batch", 3, ""}));
  spec.initializers.push_back(FloatTensor("w", {2}, {1, 2}));
  spec.nodes.push_back(NodeMessage("Clip", {"x", "", "w"}, {"y"}, {FloatAttribute("alpha", 0.5f)}, "ai.onnx"));
  spec.outputs.push_back(ValueInfoMessage("y", ElementType::kFloat32, {}));
  return spec;
}

TEST(ReaderTest, DecodesAModel) {
  const TemporaryFolder folder;
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", SmallModel().EncodeModel().data()));
  ASSERT_TRUE(model.ok()) << model.message();
  EXPECT_EQ(model->ir_version, 8);
  EXPECT_EQ(model->opsets.at(""), 13);
  const GraphProto& graph = model->graph;
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(graph.inputs[0].name, "x");
  EXPECT_EQ(graph.inputs[0].type, ElementType::kFloat32);
  ASSERT_EQ(graph.inputs[0].dims.size(), 3u);
  EXPECT_EQ(graph.inputs[0].dims[0].symbol, "batch");
  EXPECT_EQ(graph.inputs[0].dims[1].size, 3);
  EXPECT_EQ(graph.inputs[0].dims[2].size, -1);
  ASSERT_EQ(graph.nodes.size(), 1u);
  EXPECT_THAT(graph.nodes[0].inputs, ElementsAre("x", "", "w"));
  EXPECT_EQ(graph.nodes[0].domain, "");
  EXPECT_EQ(graph.nodes[0].attributes[0].f, 0.5f);
  EXPECT_EQ(graph.initializers[0].shape, Shape({2}));
}

TEST(ReaderTest, ReadsPackedAndSingleNumbers) {
  const TemporaryFolder folder;
  Message attribute = AttributeMessage("kernel", AttributeType::kInts);
  attribute.Int(attribute_field::kInts, 3).Ints(attribute_field::kInts, {-4, 5}).Int(attribute_field::kInts, 6);
  attribute.Float(attribute_field::kFloats, 1).Floats(attribute_field::kFloats, {2, 3});
  GraphSpec spec;
  spec.nodes.push_back(NodeMessage("Foo", {}, {"y"}, {attribute}));
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", spec.EncodeModel().data()));
  ASSERT_TRUE(model.ok()) << model.message();
  EXPECT_THAT(model->graph.nodes[0].attributes[0].ints, ElementsAre(3, -4, 5, 6));
  EXPECT_THAT(model->graph.nodes[0].attributes[0].floats, ElementsAre(1, 2, 3));
}

TEST(ReaderTest, FindsTheTypeOfAttributesThatDoNotTellIt) {
  const TemporaryFolder folder;
  Message attribute;
  attribute.String(attribute_field::kName, "axis").Int(attribute_field::kInt, 2);
  GraphSpec spec;
  spec.nodes.push_back(NodeMessage("Foo", {}, {"y"}, {attribute}));
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", spec.EncodeModel().data()));
  ASSERT_TRUE(model.ok()) << model.message();
  EXPECT_EQ(model->graph.nodes[0].attributes[0].type, AttributeType::kInt);
}

TEST(ReaderTest, DecodesFunctions) {
  const TemporaryFolder folder;
  Message function;
  function.String(function_field::kName, "F").String(function_field::kDomain, "my").String(function_field::kInput, "a");
  function.String(function_field::kOutput, "b").Add(function_field::kNode, NodeMessage("Relu", {"a"}, {"b"}));
  function.Add(function_field::kOpsetImport, OpsetMessage("ai.onnx", 15));
  GraphSpec spec;
  spec.functions.push_back(function);
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", spec.EncodeModel().data()));
  ASSERT_TRUE(model.ok()) << model.message();
  ASSERT_EQ(model->functions.size(), 1u);
  EXPECT_EQ(model->functions[0].name, "F");
  EXPECT_EQ(model->functions[0].nodes[0].op_type, "Relu");
  EXPECT_EQ(model->functions[0].opsets.at(""), 15);
}

// Every prefix of a valid file is an error or a smaller valid model; never a crash.
TEST(ReaderTest, SurvivesTruncation) {
  const TemporaryFolder folder;
  const std::string whole = SmallModel().EncodeModel().data();
  for (size_t size = 0; size < whole.size(); ++size) {
    Result<ModelProto> model = ReadModel(folder.Write("m.onnx", whole.substr(0, size)));
    if (!model.ok()) {
      EXPECT_EQ(model.status().code(), StatusCode::kInvalidModel) << size;
    }
  }
}

TEST(ReaderTest, SurvivesEveryDamagedByte) {
  const TemporaryFolder folder;
  const std::string whole = SmallModel().EncodeModel().data();
  for (size_t i = 0; i < whole.size(); ++i) {
    for (unsigned char value : {0x00, 0x7f, 0x80, 0xff}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(value);
      Result<ModelProto> model = ReadModel(folder.Write("m.onnx", damaged));
      if (!model.ok()) {
        EXPECT_THAT(model.message(), HasSubstr("m.onnx: ")) << i;
      }
    }
  }
}

TEST(ReaderTest, TellsWhereTheDamageIs) {
  const TemporaryFolder folder;
  GraphSpec spec;
  spec.nodes.push_back(NodeMessage("Relu", {"x"}, {"y"}));
  Message attribute = IntsAttribute("pads", {1});
  attribute.String(attribute_field::kFloat, "abc");  // a float must be four bytes
  Message node;
  node.String(node_field::kName, "conv1").Add(node_field::kAttribute, attribute);
  spec.nodes.push_back(node);
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", spec.EncodeModel().data()));
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.message(),
              HasSubstr("m.onnx: graph, node 1, 'conv1', attribute 0, 'pads': field 2 has wire type 2"));
}

TEST(ReaderTest, LimitsNesting) {
  const TemporaryFolder folder;
  Message graph;
  for (int depth = 0; depth < 40; ++depth) {
    Message attribute = AttributeMessage("body", AttributeType::kGraph);
    attribute.Add(attribute_field::kGraph, graph);
    graph = Message().Add(graph_field::kNode, NodeMessage("If", {}, {}, {attribute}));
  }
  Result<ModelProto> model = ReadModel(folder.Write("m.onnx", Message().Add(model_field::kGraph, graph).data()));
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.message(), HasSubstr("nested too deeply"));
}

TEST(ReaderTest, TellsWhatIsNoModel) {
  const TemporaryFolder folder;
  Result<ModelProto> missing = ReadModel(folder.path() + "/none.onnx");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  Result<ModelProto> empty = ReadModel(folder.Write("empty.onnx", ""));
  ASSERT_FALSE(empty.ok());
  EXPECT_THAT(empty.message(), HasSubstr("no graph"));
  Result<ModelProto> text = ReadModel(folder.Write("text.onnx", "this is not a model at all, only text"));
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.status().code(), StatusCode::kInvalidModel);
  Result<ModelProto> a_folder = ReadModel(folder.path());
  ASSERT_FALSE(a_folder.ok());
  EXPECT_EQ(a_folder.status().code(), StatusCode::kIoError);
}

TEST(ReaderTest, ReadsTensorFiles) {
  const TemporaryFolder folder;
  Result<HostTensor> tensor = ReadTensor(folder.Write("input_0.pb", FloatTensor("x", {2, 1}, {3, 4}).data()));
  ASSERT_TRUE(tensor.ok()) << tensor.message();
  EXPECT_EQ(tensor->name, "x");
  EXPECT_EQ(tensor->shape, Shape({2, 1}));
  EXPECT_EQ(tensor->bytes.size(), 8u);
  Result<HostTensor> text =
      ReadTensor(folder.Write("s.pb", linnet::testing::TensorHeader("s", ElementType::kString, {1}).data()));
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace linnet::converter::onnx
