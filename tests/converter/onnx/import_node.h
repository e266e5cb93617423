// Imports models of one node and shows the engine ops that it becomes.
#ifndef LINNET_TESTS_CONVERTER_ONNX_IMPORT_NODE_H_
#define LINNET_TESTS_CONVERTER_ONNX_IMPORT_NODE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "converter/evaluate.h"
#include "converter/onnx/importer.h"
#include "converter/tensor_values.h"
#include "engine/op.h"
#include "engine/widen.h"
#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::testing {

struct NodeSpec {
  std::string op_type;
  std::vector<Message> attributes = {};
  int64_t opset = 17;
  std::string domain = "";
  std::vector<std::string> outputs = {"y"};
};

// An operand of the node: a graph input, a constant, or left out.
struct Operand {
  std::string name;  // "" if left out
  Message input, constant;
  bool is_constant = false;
};
inline Operand Input(const std::string& name, const std::vector<DimSpec>& dims,
                     ElementType type = ElementType::kFloat32) {
  return {name, ValueInfoMessage(name, type, dims), {}, false};
}
inline Operand Floats(const std::string& name, const std::vector<int64_t>& dims, const std::vector<float>& values) {
  return {name, {}, FloatTensor(name, dims, values), true};
}
inline Operand Ints(const std::string& name, const std::vector<int64_t>& values) {
  return {name, {}, IntTensor(name, {static_cast<int64_t>(values.size())}, values), true};
}
inline Operand None() { return {}; }

inline Result<converter::Graph> ImportNodeGraph(const NodeSpec& node, const std::vector<Operand>& operands) {
  GraphSpec spec;
  spec.opset = node.opset;
  if (!node.domain.empty()) spec.other_opsets = {OpsetMessage(node.domain, 1)};
  std::vector<std::string> names;
  for (const Operand& operand : operands) {
    names.push_back(operand.name);
    if (operand.is_constant) spec.initializers.push_back(operand.constant);
    if (!operand.is_constant && !operand.name.empty()) spec.inputs.push_back(operand.input);
  }
  spec.nodes = {NodeMessage(node.op_type, names, node.outputs, node.attributes, node.domain)};
  for (const std::string& output : node.outputs) {
    if (!output.empty()) spec.outputs.push_back(Message().String(onnx::value_info_field::kName, output));
  }
  const TemporaryFolder folder;
  return converter::ImportOnnx(folder.Write("m.onnx", spec.EncodeModel().data()), {});
}

// The nodes of the imported graph, one a line, without the types behind them; or the error's text.
inline std::string ImportNode(const NodeSpec& node, const std::vector<Operand>& operands) {
  Result<converter::Graph> graph = ImportNodeGraph(node, operands);
  if (!graph.ok()) return graph.message();
  const std::string text = graph->ToString();
  std::string nodes;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    if (line[0] == '%') nodes += line.substr(0, line.find("   //")) + "\n";
    start = end + 1;
  }
  return nodes;
}

// An operand with a value for ComputeNode: of an input, and of a constant where `is_constant`.
struct Given {
  std::string name;
  ElementType type;
  std::vector<int64_t> dims;
  std::vector<double> numbers;
  bool is_constant = false;
};
// 0, 1, ... scaled: ((i * step + 3) % modulus - modulus / 2) / (modulus / 2).
inline Given Sequence(const std::string& name, const std::vector<int64_t>& dims, int step = 7, int modulus = 11) {
  int64_t count = 1;
  for (int64_t size : dims) count *= size;
  Given value = {name, ElementType::kFloat32, dims, {}};
  for (int64_t i = 0; i < count; ++i) {
    value.numbers.push_back(static_cast<double>((i * step + 3) % modulus - modulus / 2) / (modulus / 2));
  }
  return value;
}
inline Given Constant(Given value) {
  value.is_constant = true;
  return value;
}
inline Given NoValue() { return {"", ElementType::kUndefined, {}, {}}; }

// What the imported node computes, one list for each output that has a name; empty after a failure, which is reported.
inline std::vector<std::vector<double>> ComputeNode(const NodeSpec& node, const std::vector<Given>& values) {
  std::vector<Operand> operands;
  std::vector<converter::HostTensor> inputs;
  for (const Given& value : values) {
    Shape shape;
    for (int64_t size : value.dims) shape.Append(size);
    converter::HostTensor tensor{value.name, value.type, shape, std::vector<uint8_t>(TensorBytes(value.type, shape))};
    std::vector<Wide> wide(value.numbers.size());
    for (size_t i = 0; i < wide.size(); ++i) wide[i].f = value.numbers[i];
    for (size_t i = 0; i < wide.size(); ++i) {
      Narrow(value.type, &wide[i], WideKind::kReal, static_cast<int64_t>(i), 1, tensor.bytes.data());
    }
    Operand operand{value.name, {}, {}, value.is_constant};
    if (value.is_constant) {
      operand.constant = TensorHeader(value.name, value.type, value.dims);
      operand.constant.String(onnx::tensor_field::kRawData, std::string(tensor.bytes.begin(), tensor.bytes.end()));
    } else if (!value.name.empty()) {
      operand.input = ValueInfoMessage(value.name, value.type, {value.dims.begin(), value.dims.end()});
      inputs.push_back(std::move(tensor));
    }
    operands.push_back(std::move(operand));
  }
  Result<converter::Graph> graph = ImportNodeGraph(node, operands);
  EXPECT_TRUE(graph.ok()) << graph.message();
  if (!graph.ok()) return {};
  Result<std::vector<converter::HostTensor>> found = converter::Evaluate(*graph, inputs, graph->outputs);
  EXPECT_TRUE(found.ok()) << found.message();
  std::vector<std::vector<double>> results;
  for (size_t i = 0; found.ok() && i < found->size(); ++i) {
    const converter::HostTensor& y = (*found)[i];
    results.push_back(converter::ToDoubles(y.type, y.bytes.data(), static_cast<size_t>(y.shape.elements())));
  }
  return results;
}

inline void ExpectNear(const std::vector<double>& found, const std::vector<double>& expected, double tolerance = 2e-5) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << "element " << i;
}

}  // namespace linnet::testing

#endif  // LINNET_TESTS_CONVERTER_ONNX_IMPORT_NODE_H_
