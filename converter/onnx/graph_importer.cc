#include "converter/onnx/graph_importer.h"

#include <algorithm>
#include <utility>

#include "converter/onnx/input_shapes.h"
#include "converter/onnx/reader.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kMaxFunctionDepth = 32;      // of functions that call functions
constexpr int kMaxBodyDepth = 16;          // of control flow nodes inside of each other
constexpr size_t kMaxNodes = 1000 * 1000;  // after functions are expanded

const char* KindName(ValueInfoProto::Kind kind) {
  switch (kind) {
    case ValueInfoProto::Kind::kSequence:
      return "a sequence";
    case ValueInfoProto::Kind::kMap:
      return "a map";
    case ValueInfoProto::Kind::kSparseTensor:
      return "a sparse tensor";
    case ValueInfoProto::Kind::kOptional:
      return "an optional value";
    default:
      return "no tensor";
  }
}

}  // namespace

void GraphImporter::ReserveNames() {
  for (const ValueInfoProto& input : proto_.inputs) graph().ReserveName(input.name);
  for (const TensorProto& tensor : proto_.initializers) graph().ReserveName(tensor.name);
  for (const NodeProto& node : proto_.nodes) {
    for (const std::string& output : node.outputs) graph().ReserveName(output);
  }
}

// An initializer that is an input as well is a default value: it stays one unless --shape names it.
Status GraphImporter::AddInitializers(const GraphProto& proto, Scope* scope) {
  for (const TensorProto& tensor : proto.initializers) {
    if (outer_ == nullptr && options_.shapes.count(tensor.name) != 0) continue;
    if (!tensor.data) {
      unsupported_.Add("", "initializer", scope->opsets->at(""), tensor.name,
                       std::string("of type ") + ElementTypeName(tensor.type));
      scope->values[tensor.name] = kPoisoned;
      continue;
    }
    const ValueId id = graph().AddConstant(tensor.name, tensor.type, tensor.shape, tensor.data);
    if (!scope->values.emplace(tensor.name, id).second) {
      return Status::Error(StatusCode::kInvalidModel, "initializer '%s' is defined twice", tensor.name.c_str());
    }
  }
  return {};
}

Status GraphImporter::AddInputs(Scope* scope) {
  std::vector<const ValueInfoProto*> inputs;
  for (const ValueInfoProto& input : proto_.inputs) {
    if (scope->values.count(input.name) != 0) continue;
    const bool tensor = input.kind == ValueInfoProto::Kind::kTensor;
    if (!tensor || ElementBits(input.type) == 0) {
      unsupported_.Add("", "input", scope->opsets->at(""), input.name,
                       tensor ? std::string("of type ") + ElementTypeName(input.type) : KindName(input.kind));
      scope->values[input.name] = kPoisoned;
      continue;
    }
    inputs.push_back(&input);
  }
  Result<std::vector<InputShape>> shapes = ResolveInputShapes(inputs, options_);
  if (!shapes.ok()) return std::move(shapes.status());
  for (size_t i = 0; i < inputs.size(); ++i) {
    InputShape& resolved = (*shapes)[i];
    const ValueId id = graph().AddValue(inputs[i]->name);
    Value& value = graph().value(id);
    value.type = inputs[i]->type;
    value.shape = resolved.shape;
    value.has_shape = true;
    value.dims = std::move(resolved.dims);
    value.dynamic_shape =
        std::any_of(value.dims.begin(), value.dims.end(), [](const Dim& dim) { return dim.size < 0; });
    graph().inputs.push_back(id);
    if (!scope->values.emplace(inputs[i]->name, id).second) {
      return Status::Error(StatusCode::kInvalidModel, "input '%s' is defined twice", inputs[i]->name.c_str());
    }
  }
  return {};
}

// Every output is a value of its own, of the output's name.
Status GraphImporter::AddOutputs(Scope* scope) {
  for (const ValueInfoProto& output : proto_.outputs) {
    ValueId id = Lookup(output.name, scope);
    if (id == kNoValue) {
      return Status::Error(StatusCode::kInvalidModel, "output '%s' is never computed", output.name.c_str());
    }
    if (id == kPoisoned) continue;
    const bool is_input = std::find(graph().inputs.begin(), graph().inputs.end(), id) != graph().inputs.end();
    const bool taken = std::find(graph().outputs.begin(), graph().outputs.end(), id) != graph().outputs.end();
    if (is_input || taken || graph().value(id).is_constant() || graph().value(id).name != output.name) {
      const ValueId copy = graph().AddValue(output.name);
      graph().AddNode(OpCode::Identity, {id}, {copy}, output.name);
      id = copy;
    }
    graph().outputs.push_back(id);
  }
  return {};
}

Status GraphImporter::ResolveInputs(const NodeProto& node, const std::string& name, Scope* scope, Values* inputs,
                                    bool* poisoned) {
  *poisoned = false;
  for (const std::string& input : node.inputs) {
    if (input.empty()) {
      inputs->push_back(kNoValue);
      continue;
    }
    const ValueId id = Lookup(input, scope);
    if (id == kNoValue) {
      return Status::Error(StatusCode::kInvalidModel,
                           "node '%s' (%s): input '%s' is not defined before it; the graph is cyclic, not sorted, or "
                           "lacks a node",
                           name.c_str(), node.op_type.c_str(), input.c_str());
    }
    *poisoned |= id == kPoisoned;
    inputs->push_back(id);
  }
  return {};
}

void GraphImporter::Poison(const NodeProto& node, Scope* scope) {
  for (const std::string& output : node.outputs) {
    if (!output.empty()) scope->values[output] = kPoisoned;
  }
}

// Gives the node's output names to the values, those that the node has made.
Status GraphImporter::Bind(const NodeProto& node, const std::string& name, const Values& outputs, ValueId first_new,
                           Scope* scope) {
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    const std::string& output = node.outputs[i];
    if (output.empty()) continue;
    if (!scope->values.emplace(output, outputs[i]).second) {
      return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): output '%s' is defined twice", name.c_str(),
                           node.op_type.c_str(), output.c_str());
    }
    const bool repeated = std::find(outputs.begin(), outputs.begin() + i, outputs[i]) != outputs.begin() + i;
    if (outputs[i] < first_new || repeated) continue;
    graph().value(outputs[i]).name = scope->prefix.empty() ? output : graph().UniqueName(scope->prefix + output);
    const auto info = infos_.find(output);
    if (!scope->prefix.empty() || info == infos_.end()) continue;
    if (info->second->has_shape) state_.declared_ranks[outputs[i]] = static_cast<int>(info->second->dims.size());
    state_.declared_types[outputs[i]] = info->second->type;
  }
  return {};
}

Status GraphImporter::Run(const ImporterEntry& entry, const NodeProto& node, const std::string& name, int64_t opset,
                          Values inputs, Scope* scope) {
  const ValueId first_new = graph().value_count();
  ImportContext ctx(&state_, node, name, opset, entry.op, std::move(inputs));
  Status status = entry.import(ctx);
  if (status.ok()) status = std::move(ctx.status());
  for (int i = 0; i < ctx.output_count() && status.ok(); ++i) {
    if (ctx.HasOutput(i) && ctx.outputs()[i] == kNoValue) status = ctx.Unsupported("output %d", i);
  }
  if (status.ok()) return Bind(node, name, ctx.outputs(), first_new, scope);
  if (status.code() != StatusCode::kUnsupported) return status;
  const std::string text = status.message(), prefix = ctx.Unsupported("%s", "").message();
  const bool own = text.compare(0, prefix.size(), prefix) == 0;
  unsupported_.Add(node.domain, node.op_type, opset, name, own ? text.substr(prefix.size()) : text);
  Poison(node, scope);
  return {};
}

const FunctionProto* GraphImporter::FindFunction(const NodeProto& node) const {
  for (const FunctionProto& function : model_.functions) {
    if (function.name == node.op_type && function.domain == node.domain && function.overload == node.overload) {
      return &function;
    }
  }
  return nullptr;
}

namespace {

// Nodes that have graphs as attributes.
bool IsControlFlow(const NodeProto& node) {
  if (node.domain == "ai.onnx.preview") return node.op_type == "FlexAttention";
  return node.domain.empty() && (node.op_type == "If" || node.op_type == "Loop" || node.op_type == "Scan");
}

// The nodes of a function with the attributes of the node that calls it put in.
std::vector<NodeProto> Instantiate(const FunctionProto& function, const NodeProto& caller) {
  std::vector<NodeProto> nodes = function.nodes;
  for (NodeProto& node : nodes) {
    std::vector<AttributeProto> attributes;
    for (AttributeProto& attribute : node.attributes) {
      if (attribute.ref_attr_name.empty()) {
        attributes.push_back(std::move(attribute));
        continue;
      }
      const auto named = [&attribute](const AttributeProto& given) { return given.name == attribute.ref_attr_name; };
      auto given = std::find_if(caller.attributes.begin(), caller.attributes.end(), named);
      if (given == caller.attributes.end()) {
        given = std::find_if(function.default_attributes.begin(), function.default_attributes.end(), named);
        if (given == function.default_attributes.end()) continue;  // left out by the caller: left out here
      }
      attributes.push_back(*given);
      attributes.back().name = attribute.name;
    }
    node.attributes = std::move(attributes);
  }
  return nodes;
}

}  // namespace

Status GraphImporter::ImportFunction(const FunctionProto& function, const NodeProto& node, const std::string& name,
                                     const Values& inputs, Scope* scope) {
  if (scope->depth == kMaxFunctionDepth) {
    return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): functions call each other too deeply",
                         name.c_str(), node.op_type.c_str());
  }
  Scope body;
  body.prefix = name + "/";
  body.opsets = function.opsets.empty() ? scope->opsets : &function.opsets;
  body.depth = scope->depth + 1;
  body.sees_outer = false;
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    if (i < inputs.size() && inputs[i] != kNoValue) body.values[function.inputs[i]] = inputs[i];
  }
  std::vector<NodeProto> nodes = Instantiate(function, node);
  for (NodeProto& inner : nodes) {  // inputs that the caller leaves out
    for (std::string& input : inner.inputs) {
      const auto formal = std::find(function.inputs.begin(), function.inputs.end(), input);
      if (formal != function.inputs.end() && body.values.count(input) == 0) input.clear();
    }
  }
  const ValueId first_new = graph().value_count();
  LINNET_RETURN_IF_ERROR(ImportNodes(nodes, &body));
  Values outputs(node.outputs.size(), kPoisoned);
  for (size_t i = 0; i < std::min(outputs.size(), function.outputs.size()); ++i) {
    const auto found = body.values.find(function.outputs[i]);
    if (found != body.values.end()) outputs[i] = found->second;
  }
  return Bind(node, name, outputs, first_new, scope);
}

Status GraphImporter::ImportNode(const NodeProto& node, const std::string& name, Scope* scope) {
  Values inputs;
  bool poisoned;
  LINNET_RETURN_IF_ERROR(ResolveInputs(node, name, scope, &inputs, &poisoned));
  const auto version = scope->opsets->find(node.domain);
  const int64_t opset = version != scope->opsets->end() ? version->second : 1;
  if (options_.custom_ops.count(node.domain + "::" + node.op_type) != 0) {
    if (!poisoned) return ImportCustom(node, name, opset, inputs, scope);
    Poison(node, scope);
    return {};
  }
  const FunctionProto* function = FindFunction(node);
  if (function != nullptr) return ImportFunction(*function, node, name, inputs, scope);
  if (IsControlFlow(node)) {
    if (!poisoned) return ImportControlFlow(node, name, opset, inputs, scope);
    Poison(node, scope);
    return {};
  }
  const ImporterEntry* entry = FindImporter(node.domain, node.op_type, opset);
  if (entry == nullptr) unsupported_.Add(node.domain, node.op_type, opset, name, "");
  if (entry == nullptr || poisoned) {
    Poison(node, scope);
    return {};
  }
  return Run(*entry, node, name, opset, std::move(inputs), scope);
}

Status GraphImporter::ImportNodes(const std::vector<NodeProto>& nodes, Scope* scope) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    const NodeProto& node = nodes[i];
    const std::string own = node.name.empty() ? node.op_type + "_" + std::to_string(i) : node.name;
    if (graph().nodes().size() > kMaxNodes) {
      return Status::Error(StatusCode::kInvalidModel, "the model has more than %zu nodes", kMaxNodes);
    }
    LINNET_RETURN_IF_ERROR(ImportNode(node, scope->prefix + own, scope));
  }
  return {};
}

Status GraphImporter::Start(Scope* scope) {
  scope->opsets = &model_.opsets;
  graph().name = proto_.name;
  ReserveNames();
  for (const ValueInfoProto& info : proto_.value_infos) infos_[info.name] = &info;
  for (const ValueInfoProto& info : proto_.outputs) infos_[info.name] = &info;
  return AddInitializers(proto_, scope);
}

Status GraphImporter::Import() {
  Scope scope;
  LINNET_RETURN_IF_ERROR(Start(&scope));
  LINNET_RETURN_IF_ERROR(AddInputs(&scope));
  LINNET_RETURN_IF_ERROR(ImportNodes(proto_.nodes, &scope));
  return AddOutputs(&scope);
}

Status GraphImporter::ImportBody(const std::vector<FormalInput>& formals) {
  if (depth_ > kMaxBodyDepth) {
    return Status::Error(StatusCode::kInvalidModel, "control flow is nested deeper than %d", kMaxBodyDepth);
  }
  Scope scope;
  LINNET_RETURN_IF_ERROR(Start(&scope));
  AddBodyInputs(formals, &scope);
  LINNET_RETURN_IF_ERROR(ImportNodes(proto_.nodes, &scope));
  return AddOutputs(&scope);
}

}  // namespace linnet::converter::onnx
