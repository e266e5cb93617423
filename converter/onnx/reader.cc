#include "converter/onnx/reader.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <utility>

#include "converter/mapped_file.h"
#include "converter/onnx/tensor_reader.h"
#include "converter/onnx/value_info_reader.h"
#include "converter/onnx/wire.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kMaxGraphDepth = 16;  // of graphs in attributes: If inside Loop inside ...

// Decodes the messages of one file.
class Reader {
 public:
  Reader(const Bytes& file, ExternalFiles* external) : file_(file), external_(external) {}

  ModelProto Model();
  std::string where() const { return location_.ToString(); }

 private:
  GraphProto ReadGraph(data_view view);
  NodeProto ReadNode(data_view view);
  AttributeProto ReadAttribute(data_view view);
  ValueInfoProto ReadValueInfo(data_view view) { return ReadValueInfoProto(view, &location_); }
  FunctionProto ReadFunction(data_view view);
  void ReadOpset(data_view view, std::map<std::string, int64_t>* opsets);
  TensorProto ReadTensor(data_view view) { return ReadTensorProto(view, file_, external_); }
  TensorProto ReadSparseTensor(data_view view) { return ReadSparseTensorProto(view, file_, external_); }

  // Reads one element of a repeated field, with its number in the location.
  template <typename T>
  void Append(const char* what, data_view view, T (Reader::*read)(data_view), std::vector<T>* values) {
    LocationScope scope(&location_, what + (" " + std::to_string(values->size())));
    values->push_back((this->*read)(view));
  }

  const Bytes& file_;
  ExternalFiles* external_;
  Location location_;
  int graph_depth_ = 0;
};

// The AttributeProto.type of a field, for models of IR version 1, which leave the type out.
AttributeType TypeOfField(uint32_t tag) {
  switch (tag) {
    case attribute_field::kFloat:
      return AttributeType::kFloat;
    case attribute_field::kInt:
      return AttributeType::kInt;
    case attribute_field::kString:
      return AttributeType::kString;
    case attribute_field::kTensor:
      return AttributeType::kTensor;
    case attribute_field::kGraph:
      return AttributeType::kGraph;
    case attribute_field::kFloats:
      return AttributeType::kFloats;
    case attribute_field::kInts:
      return AttributeType::kInts;
    case attribute_field::kStrings:
      return AttributeType::kStrings;
    case attribute_field::kTensors:
      return AttributeType::kTensors;
    case attribute_field::kGraphs:
      return AttributeType::kGraphs;
    case attribute_field::kSparseTensor:
      return AttributeType::kSparseTensor;
    default:
      return AttributeType::kUndefined;
  }
}

AttributeProto Reader::ReadAttribute(data_view view) {
  AttributeProto attribute;
  LocationScope scope(&location_, "");
  AttributeType found = AttributeType::kUndefined;
  for (WireReader field(view); field.next();) {
    const AttributeType type = TypeOfField(field.tag());
    if (type != AttributeType::kUndefined) found = type;
    switch (field.tag()) {
      case attribute_field::kName:
        attribute.name = GetString(field);
        scope.Rename("'" + attribute.name + "'");
        break;
      case attribute_field::kFloat:
        attribute.f = GetFloat(field);
        break;
      case attribute_field::kInt:
        attribute.i = GetInt(field);
        break;
      case attribute_field::kString:
        attribute.s = GetString(field);
        break;
      case attribute_field::kTensor:
        attribute.t = ReadTensor(GetView(field));
        break;
      case attribute_field::kGraph:
        attribute.g = std::make_shared<GraphProto>(ReadGraph(GetView(field)));
        break;
      case attribute_field::kFloats:
        AppendFloats(field, &attribute.floats);
        break;
      case attribute_field::kInts:
        AppendInts(field, &attribute.ints);
        break;
      case attribute_field::kStrings:
        attribute.strings.push_back(GetString(field));
        break;
      case attribute_field::kType:
        attribute.type = static_cast<AttributeType>(GetInt(field));
        break;
      case attribute_field::kRefAttrName:
        attribute.ref_attr_name = GetString(field);
        break;
      case attribute_field::kSparseTensor:
        attribute.t = ReadSparseTensor(GetView(field));
        break;
      default:
        field.skip();
    }
  }
  if (attribute.type == AttributeType::kUndefined) attribute.type = found;
  return attribute;
}

NodeProto Reader::ReadNode(data_view view) {
  NodeProto node;
  LocationScope scope(&location_, "");
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case node_field::kInput:
        node.inputs.push_back(GetString(field));
        break;
      case node_field::kOutput:
        node.outputs.push_back(GetString(field));
        break;
      case node_field::kName:
        node.name = GetString(field);
        scope.Rename("'" + node.name + "'");
        break;
      case node_field::kOpType:
        node.op_type = GetString(field);
        break;
      case node_field::kAttribute:
        Append("attribute", GetView(field), &Reader::ReadAttribute, &node.attributes);
        break;
      case node_field::kDomain:
        node.domain = NormalizeDomain(GetString(field));
        break;
      case node_field::kOverload:
        node.overload = GetString(field);
        break;
      default:
        field.skip();
    }
  }
  return node;
}

GraphProto Reader::ReadGraph(data_view view) {
  if (graph_depth_ == kMaxGraphDepth) throw ReadError("graphs are nested too deeply");
  ++graph_depth_;
  GraphProto graph;
  LocationScope scope(&location_, "graph");
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case graph_field::kNode:
        Append("node", GetView(field), &Reader::ReadNode, &graph.nodes);
        break;
      case graph_field::kName:
        graph.name = GetString(field);
        break;
      case graph_field::kInitializer:
        Append("initializer", GetView(field), &Reader::ReadTensor, &graph.initializers);
        break;
      case graph_field::kInput:
        Append("input", GetView(field), &Reader::ReadValueInfo, &graph.inputs);
        break;
      case graph_field::kOutput:
        Append("output", GetView(field), &Reader::ReadValueInfo, &graph.outputs);
        break;
      case graph_field::kValueInfo:
        Append("value_info", GetView(field), &Reader::ReadValueInfo, &graph.value_infos);
        break;
      case graph_field::kSparseInitializer:
        Append("sparse initializer", GetView(field), &Reader::ReadSparseTensor, &graph.initializers);
        break;
      default:
        field.skip();
    }
  }
  --graph_depth_;
  return graph;
}

void Reader::ReadOpset(data_view view, std::map<std::string, int64_t>* opsets) {
  std::string domain;
  int64_t version = 0;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case opset_field::kDomain:
        domain = NormalizeDomain(GetString(field));
        break;
      case opset_field::kVersion:
        version = GetInt(field);
        break;
      default:
        field.skip();
    }
  }
  (*opsets)[domain] = version;
}

FunctionProto Reader::ReadFunction(data_view view) {
  FunctionProto function;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case function_field::kName:
        function.name = GetString(field);
        break;
      case function_field::kInput:
        function.inputs.push_back(GetString(field));
        break;
      case function_field::kOutput:
        function.outputs.push_back(GetString(field));
        break;
      case function_field::kNode:
        Append("node", GetView(field), &Reader::ReadNode, &function.nodes);
        break;
      case function_field::kOpsetImport:
        ReadOpset(GetView(field), &function.opsets);
        break;
      case function_field::kDomain:
        function.domain = NormalizeDomain(GetString(field));
        break;
      case function_field::kOverload:
        function.overload = GetString(field);
        break;
      case function_field::kAttributeProto:
        Append("attribute", GetView(field), &Reader::ReadAttribute, &function.default_attributes);
        break;
      default:
        field.skip();
    }
  }
  return function;
}

ModelProto Reader::Model() {
  ModelProto model;
  bool has_graph = false;
  for (WireReader field(static_cast<const char*>(file_.data()), file_.size()); field.next();) {
    switch (field.tag()) {
      case model_field::kIrVersion:
        model.ir_version = GetInt(field);
        break;
      case model_field::kProducerName:
        model.producer_name = GetString(field);
        break;
      case model_field::kGraph:
        model.graph = ReadGraph(GetView(field));
        has_graph = true;
        break;
      case model_field::kOpsetImport:
        ReadOpset(GetView(field), &model.opsets);
        break;
      case model_field::kFunctions:
        Append("function", GetView(field), &Reader::ReadFunction, &model.functions);
        break;
      default:
        field.skip();
    }
  }
  if (!has_graph) throw ReadError("has no graph; it is not an ONNX model");
  // IR version 1 and 2 had no opset imports: they use the first one.
  model.opsets.emplace("", 1);
  return model;
}

// Runs `decode`, which may throw, and gives its result or a Status that begins with the path and the place.
template <typename T, typename Decode, typename Where>
Result<T> CatchErrors(const std::string& path, const Where& where, const Decode& decode) {
  StatusCode code = StatusCode::kInvalidModel;
  std::string text;
  try {
    return decode();
  } catch (const ReadError& error) {
    code = error.code();
    text = error.what();
  } catch (const protozero::exception& error) {
    text = std::string("damaged protobuf data (") + error.what() + ")";
  } catch (const std::bad_alloc&) {
    return Status::Error(StatusCode::kOutOfMemory, "%s: out of memory", path.c_str());
  } catch (const std::length_error&) {
    return Status::Error(StatusCode::kOutOfMemory, "%s: out of memory", path.c_str());
  }
  const std::string place = where();
  return Status::Error(code, "%s: %s%s%s", path.c_str(), place.c_str(), place.empty() ? "" : ": ", text.c_str());
}

std::string FolderOf(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

}  // namespace

std::string NormalizeDomain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

Result<ModelProto> ReadModel(const std::string& path) {
  Result<Bytes> file = MapFile(path);
  if (!file.ok()) return std::move(file.status());
  ExternalFiles external(FolderOf(path));
  Reader reader(*file, &external);
  return CatchErrors<ModelProto>(
      path, [&] { return reader.where(); }, [&] { return reader.Model(); });
}

Result<HostTensor> ReadTensor(const std::string& path) {
  Result<Bytes> file = MapFile(path);
  if (!file.ok()) return std::move(file.status());
  ExternalFiles external(FolderOf(path));
  return CatchErrors<HostTensor>(
      path, [] { return std::string(); },
      [&] {
        TensorProto tensor =
            ReadTensorProto(data_view(static_cast<const char*>(file->data()), file->size()), *file, &external);
        if (!tensor.data) {
          throw ReadError("tensor '" + tensor.name + "' is of type " + ElementTypeName(tensor.type),
                          StatusCode::kUnsupported);
        }
        const uint8_t* bytes = static_cast<const uint8_t*>(tensor.data.data());
        return HostTensor{tensor.name, tensor.type, tensor.shape,
                          std::vector<uint8_t>(bytes, bytes + tensor.data.size())};
      });
}

}  // namespace linnet::converter::onnx
