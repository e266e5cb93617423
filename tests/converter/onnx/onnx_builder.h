// Writes small ONNX files for tests.
#ifndef LINNET_TESTS_CONVERTER_ONNX_ONNX_BUILDER_H_
#define LINNET_TESTS_CONVERTER_ONNX_ONNX_BUILDER_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <vector>

#include "converter/onnx/fields.h"
#include "linnet/linnet.h"

namespace linnet::testing {

namespace onnx = converter::onnx;

// An encoded message; sub-messages are nested by value.
class Message {
 public:
  Message& Int(uint32_t field, int64_t value) {
    protozero::pbf_writer(data_).add_int64(field, value);
    return *this;
  }
  Message& Float(uint32_t field, float value) {
    protozero::pbf_writer(data_).add_float(field, value);
    return *this;
  }
  Message& String(uint32_t field, const std::string& value) {
    protozero::pbf_writer(data_).add_bytes(field, value);
    return *this;
  }
  Message& Add(uint32_t field, const Message& message) { return String(field, message.data_); }
  Message& Ints(uint32_t field, const std::vector<int64_t>& values) {
    protozero::pbf_writer(data_).add_packed_int64(field, values.begin(), values.end());
    return *this;
  }
  Message& Floats(uint32_t field, const std::vector<float>& values) {
    protozero::pbf_writer(data_).add_packed_float(field, values.begin(), values.end());
    return *this;
  }
  Message& Doubles(uint32_t field, const std::vector<double>& values) {
    protozero::pbf_writer(data_).add_packed_double(field, values.begin(), values.end());
    return *this;
  }
  const std::string& data() const { return data_; }

 private:
  std::string data_;
};

// A tensor without its values.
inline Message TensorHeader(const std::string& name, ElementType type, const std::vector<int64_t>& dims) {
  Message tensor;
  tensor.String(onnx::tensor_field::kName, name).Int(onnx::tensor_field::kDataType, static_cast<int>(type));
  return tensor.Ints(onnx::tensor_field::kDims, dims);
}
inline Message FloatTensor(const std::string& name, const std::vector<int64_t>& dims,
                           const std::vector<float>& values) {
  return TensorHeader(name, ElementType::kFloat32, dims).Floats(onnx::tensor_field::kFloatData, values);
}
inline Message IntTensor(const std::string& name, const std::vector<int64_t>& dims,
                         const std::vector<int64_t>& values) {
  return TensorHeader(name, ElementType::kInt64, dims).Ints(onnx::tensor_field::kInt64Data, values);
}

inline Message AttributeMessage(const std::string& name, onnx::AttributeType type) {
  return Message().String(onnx::attribute_field::kName, name).Int(onnx::attribute_field::kType, static_cast<int>(type));
}
inline Message IntAttribute(const std::string& name, int64_t value) {
  return AttributeMessage(name, onnx::AttributeType::kInt).Int(onnx::attribute_field::kInt, value);
}
inline Message IntsAttribute(const std::string& name, const std::vector<int64_t>& values) {
  return AttributeMessage(name, onnx::AttributeType::kInts).Ints(onnx::attribute_field::kInts, values);
}
inline Message FloatAttribute(const std::string& name, float value) {
  return AttributeMessage(name, onnx::AttributeType::kFloat).Float(onnx::attribute_field::kFloat, value);
}
inline Message FloatsAttribute(const std::string& name, const std::vector<float>& values) {
  return AttributeMessage(name, onnx::AttributeType::kFloats).Floats(onnx::attribute_field::kFloats, values);
}
inline Message StringAttribute(const std::string& name, const std::string& value) {
  return AttributeMessage(name, onnx::AttributeType::kString).String(onnx::attribute_field::kString, value);
}
inline Message StringsAttribute(const std::string& name, const std::vector<std::string>& values) {
  Message message = AttributeMessage(name, onnx::AttributeType::kStrings);
  for (const std::string& value : values) message.String(onnx::attribute_field::kStrings, value);
  return message;
}
inline Message TensorAttribute(const std::string& name, const Message& tensor) {
  return AttributeMessage(name, onnx::AttributeType::kTensor).Add(onnx::attribute_field::kTensor, tensor);
}

// One size, or a symbol (a name), or unknown ("").
struct DimSpec {
  DimSpec(int64_t fixed) : size(fixed) {}      // NOLINT: implicit on purpose
  DimSpec(const char* name) : symbol(name) {}  // NOLINT
  int64_t size = -1;
  std::string symbol;
};

inline Message ValueInfoMessage(const std::string& name, ElementType type, const std::vector<DimSpec>& dims) {
  Message shape;
  for (const DimSpec& dim : dims) {
    Message encoded;
    if (dim.size >= 0) encoded.Int(onnx::dim_field::kValue, dim.size);
    if (!dim.symbol.empty()) encoded.String(onnx::dim_field::kParam, dim.symbol);
    shape.Add(onnx::shape_field::kDim, encoded);
  }
  Message tensor;
  tensor.Int(onnx::tensor_type_field::kElemType, static_cast<int>(type)).Add(onnx::tensor_type_field::kShape, shape);
  return Message()
      .String(onnx::value_info_field::kName, name)
      .Add(onnx::value_info_field::kType, Message().Add(onnx::type_field::kTensorType, tensor));
}

inline Message NodeMessage(const std::string& op_type, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs, const std::vector<Message>& attributes = {},
                           const std::string& domain = "") {
  Message node;
  for (const std::string& input : inputs) node.String(onnx::node_field::kInput, input);
  for (const std::string& output : outputs) node.String(onnx::node_field::kOutput, output);
  node.String(onnx::node_field::kOpType, op_type);
  for (const Message& attribute : attributes) node.Add(onnx::node_field::kAttribute, attribute);
  if (!domain.empty()) node.String(onnx::node_field::kDomain, domain);
  return node;
}

inline Message OpsetMessage(const std::string& domain, int64_t version) {
  return Message().String(onnx::opset_field::kDomain, domain).Int(onnx::opset_field::kVersion, version);
}

// Collects the parts of a graph.
struct GraphSpec {
  int64_t opset = 17;
  std::vector<Message> nodes, initializers, inputs, outputs, functions, other_opsets;

  Message Encode() const {
    Message graph;
    for (const Message& node : nodes) graph.Add(onnx::graph_field::kNode, node);
    for (const Message& tensor : initializers) graph.Add(onnx::graph_field::kInitializer, tensor);
    for (const Message& input : inputs) graph.Add(onnx::graph_field::kInput, input);
    for (const Message& output : outputs) graph.Add(onnx::graph_field::kOutput, output);
    return graph;
  }
  Message EncodeModel() const {
    Message model;
    model.Int(onnx::model_field::kIrVersion, 8).Add(onnx::model_field::kGraph, Encode());
    model.Add(onnx::model_field::kOpsetImport, OpsetMessage("", opset));
    for (const Message& other : other_opsets) model.Add(onnx::model_field::kOpsetImport, other);
    for (const Message& function : functions) model.Add(onnx::model_field::kFunctions, function);
    return model;
  }
};

// A folder of its own that disappears with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "linnet_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  // Writes a file and gives its path.
  std::string Write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
  }

 private:
  std::string path_;
};

}  // namespace linnet::testing

#endif  // LINNET_TESTS_CONVERTER_ONNX_ONNX_BUILDER_H_
