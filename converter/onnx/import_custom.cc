// Nodes that are kept as they are, for an app that brings the op: their attributes go into the file, and their outputs have
// the types and shapes that the model declares for them (value_info), since nobody can infer them here.
#include "converter/onnx/graph_importer.h"

namespace linnet::converter::onnx {
namespace {

Status KeepAttribute(const ImportContext& ctx, const AttributeProto& attribute, format::CustomT* custom) {
  auto copy = std::make_unique<format::CustomAttributeT>();
  copy->name = attribute.name;
  copy->type = static_cast<uint8_t>(attribute.type);
  switch (attribute.type) {
    case AttributeType::kFloat:
      copy->f = attribute.f;
      break;
    case AttributeType::kInt:
      copy->i = attribute.i;
      break;
    case AttributeType::kString:
      copy->s = attribute.s;
      break;
    case AttributeType::kFloats:
      copy->floats = attribute.floats;
      break;
    case AttributeType::kInts:
      copy->ints = attribute.ints;
      break;
    case AttributeType::kStrings:
      copy->strings = attribute.strings;
      break;
    case AttributeType::kTensor: {
      if (!attribute.t.data) {
        return ctx.Unsupported("attribute '%s' is a tensor of type %s", attribute.name.c_str(),
                               ElementTypeName(attribute.t.type));
      }
      const auto* bytes = static_cast<const uint8_t*>(attribute.t.data.data());
      copy->tensor_type = static_cast<format::ElementType>(attribute.t.type);
      copy->tensor_shape.assign(attribute.t.shape.begin(), attribute.t.shape.end());
      copy->tensor.assign(bytes, bytes + attribute.t.data.size());
      break;
    }
    default:
      return ctx.Unsupported("attribute '%s' of a custom op is of a kind that cannot be kept (graphs, lists of tensors)",
                             attribute.name.c_str());
  }
  custom->attributes.push_back(std::move(copy));
  return {};
}

}  // namespace

int64_t GraphImporter::DefaultSizeOf(const Dim& dim) {
  if (dim.size >= 0) return dim.size;
  for (ValueId id : graph().inputs) {
    const Value& input = graph().value(id);
    for (size_t d = 0; d < input.dims.size(); ++d) {
      if (!dim.symbol.empty() && input.dims[d].symbol == dim.symbol) return input.shape[static_cast<int>(d)];
    }
  }
  return -1;
}

void GraphImporter::DeclareShape(const ValueInfoProto& info, ValueId output) {
  if (!info.has_shape || ElementBits(info.type) == 0 || info.dims.size() > static_cast<size_t>(Shape::kMaxRank)) return;
  Shape shape;
  for (const Dim& dim : info.dims) {
    shape.Append(DefaultSizeOf(dim));
    if (shape.back() < 0) return;
  }
  Value& value = graph().value(output);
  value.type = info.type;
  value.shape = shape;
  value.has_shape = true;
  value.dims = info.dims;
}

Status GraphImporter::ImportCustom(const NodeProto& node, const std::string& name, int64_t opset, Values inputs,
                                   Scope* scope) {
  const ValueId first_new = graph().value_count();
  ImportContext ctx(&state_, node, name, opset, OpCode::Custom, std::move(inputs));
  format::CustomT custom;
  custom.domain = node.domain;
  custom.op_type = node.op_type;
  for (const AttributeProto& attribute : node.attributes) {
    LINNET_RETURN_IF_ERROR(KeepAttribute(ctx, attribute, &custom));
  }
  Values kept;
  std::vector<bool> present;
  for (int i = 0; i < ctx.input_count(); ++i) kept.push_back(ctx.Input(i));
  for (int i = 0; i < ctx.output_count(); ++i) present.push_back(ctx.HasOutput(i));
  const Values outputs = ctx.EmitMany(OpCode::Custom, kept, present, std::move(custom));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto info = infos_.find(node.outputs[i]);
    if (outputs[i] != kNoValue && scope->prefix.empty() && info != infos_.end()) DeclareShape(*info->second, outputs[i]);
  }
  return Bind(node, name, outputs, first_new, scope);
}

}  // namespace linnet::converter::onnx
