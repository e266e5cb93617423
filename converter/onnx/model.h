// An ONNX model as it lies in its file, decoded into plain structs. Names follow onnx.proto.
#ifndef LINNET_CONVERTER_ONNX_MODEL_H_
#define LINNET_CONVERTER_ONNX_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "converter/graph.h"
#include "converter/onnx/fields.h"

namespace linnet::converter::onnx {

struct GraphProto;

// A dense tensor; sparse ones are made dense. Row-major, two values to a byte for 4-bit types, four for 2-bit types.
struct TensorProto {
  std::string name;
  ElementType type = ElementType::kUndefined;
  Shape shape;
  Bytes data;  // null for types that Linnet does not store (string, complex)
};

struct AttributeProto {
  std::string name;
  AttributeType type = AttributeType::kUndefined;
  std::string ref_attr_name;  // in functions: the attribute of the caller that it stands for
  float f = 0;
  int64_t i = 0;
  std::string s;
  TensorProto t;  // of sparse_tensor too, which is read into a dense one
  std::shared_ptr<const GraphProto> g;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<std::string> strings;
};

struct NodeProto {
  std::vector<std::string> inputs;  // "" where an optional input is left out
  std::vector<std::string> outputs;
  std::string name;
  std::string op_type;
  std::string domain;  // "" and "ai.onnx" are the same; normalised to ""
  std::string overload;
  std::vector<AttributeProto> attributes;
};

struct ValueInfoProto {
  enum class Kind { kUndefined, kTensor, kSequence, kMap, kSparseTensor, kOptional };
  std::string name;
  Kind kind = Kind::kUndefined;
  ElementType type = ElementType::kUndefined;
  bool has_shape = false;
  std::vector<Dim> dims;  // size -1 and perhaps a symbol, or a size
};

struct GraphProto {
  std::string name;
  std::vector<NodeProto> nodes;
  std::vector<TensorProto> initializers;
  std::vector<ValueInfoProto> inputs, outputs, value_infos;
};

struct FunctionProto {
  std::string domain, name, overload;
  std::vector<std::string> inputs, outputs;
  std::vector<AttributeProto> default_attributes;
  std::vector<NodeProto> nodes;
  std::map<std::string, int64_t> opsets;
};

struct ModelProto {
  int64_t ir_version = 0;
  std::string producer_name;
  std::map<std::string, int64_t> opsets;  // by domain, "" for ai.onnx
  GraphProto graph;
  std::vector<FunctionProto> functions;
};

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_MODEL_H_
