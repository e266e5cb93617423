#include "converter/passes/quantization.h"

#include <algorithm>
#include <cmath>

#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"
#include "engine/op.h"

namespace linnet::converter {
namespace {

using format::OpCode;

ElementType TypeOf(const Graph& graph, const Node& node) {
  if (IsDequantize(&node)) return graph.value(node.inputs[0]).type;
  if (InputOf(node, 2) != kNoValue) return graph.value(node.inputs[2]).type;
  const auto type = static_cast<ElementType>(node.As<format::QuantizeT>().type);
  return type == ElementType::kUndefined ? ElementType::kUint8 : type;
}

ValueId AddZeroPoints(Graph* graph, const std::string& base, const QuantParams& params, const Shape& shape) {
  const std::string name = graph->UniqueName(base + "_zero_point");
  if (params.type == ElementType::kInt32) {
    const std::vector<int32_t> values(params.zero_points.begin(), params.zero_points.end());
    return graph->AddConstant(name, params.type, shape, Bytes::Copy(values.data(), values.size() * sizeof(int32_t)));
  }
  const std::vector<uint8_t> values(params.zero_points.begin(), params.zero_points.end());
  return graph->AddConstant(name, params.type, shape, Bytes::Copy(values.data(), values.size()));
}

ValueId AddConversion(Graph* graph, OpCode op, ValueId input, ElementType type, const QuantParams& params,
                      const std::string& name) {
  const ValueId output = graph->AddValue(graph->UniqueName(name));
  CopyType(graph, input, output);
  graph->value(output).type = type;
  Node& node = graph->AddNode(op, format::QuantizeT(), {input}, {output}, name);
  SetQuantParams(graph, &node, params);
  return output;
}

bool IsFixedResize(const Graph& graph, const Node& node) {
  const auto& attrs = node.As<format::ResizeT>();
  if (attrs.mode != format::ResizeMode::Nearest || attrs.coordinate == format::CoordinateMode::TfCropAndResize) return false;
  const ElementType type = graph.value(node.inputs[0]).type;
  return !attrs.antialias && (type == ElementType::kFloat32 || ElementBits(type) == 8);
}

}  // namespace

bool ReadQuantParams(const Graph& graph, const Node& node, QuantParams* params) {
  if (!IsQuantize(&node) && !IsDequantize(&node)) return false;
  const auto& attrs = node.As<format::QuantizeT>();
  const ValueId scale = node.inputs[1], zero_point = InputOf(node, 2);
  if (attrs.block != 0 || !IsPlainConstant(graph, scale, ElementType::kFloat32)) return false;
  params->type = TypeOf(graph, node);
  params->axis = attrs.axis;
  const std::vector<double> scales = ReadDoubles(graph.value(scale));
  params->scales.assign(scales.begin(), scales.end());
  params->zero_points.assign(scales.size(), 0);
  if (zero_point == kNoValue) return !scales.empty();
  if (!IsPlainConstant(graph, zero_point, params->type)) return false;
  const std::vector<double> zeros = ReadDoubles(graph.value(zero_point));
  if (zeros.size() != scales.size()) return false;
  params->zero_points.assign(zeros.begin(), zeros.end());
  return !scales.empty();
}

bool ReadInt8Params(const Graph& graph, const Node* node, QuantParams* params) {
  return node != nullptr && ReadQuantParams(graph, *node, params) && params->type == ElementType::kInt8 &&
         params->per_tensor();
}

ValueId Int8Source(const Graph& graph, const GraphIndex& index, ValueId real, QuantParams* params) {
  const Node* node = ProducerOf(index, real, OpCode::DequantizeLinear);
  if (!ReadInt8Params(graph, node, params) || graph.value(real).type != ElementType::kFloat32) return kNoValue;
  return node->inputs[0];
}

Node* Int8Target(const Graph& graph, const GraphIndex& index, ValueId real, QuantParams* params) {
  Node* node = index.only_consumer(real);
  return IsQuantize(node) && node->inputs[0] == real && ReadInt8Params(graph, node, params) ? node : nullptr;
}

int64_t QuantizeOne(const QuantParams& params, float real) {
  const bool is_signed = params.type == ElementType::kInt8;
  const float zero_point = static_cast<float>(params.zero_point());
  const float lo = (is_signed ? -128.0f : 0.0f) - zero_point, hi = (is_signed ? 127.0f : 255.0f) - zero_point;
  const float quotient = std::isnan(real) ? 0 : real / params.scale();
  return static_cast<int64_t>(std::nearbyint(std::min(std::max(quotient, lo), hi))) + params.zero_point();
}

bool QuantizeClamp(const QuantParams& params, const format::Activation& real, format::Activation* quantized) {
  *quantized = format::Activation(format::ActivationKind::None, 0, 0, 0, 0);
  if (real.kind() == format::ActivationKind::None) return true;
  if (real.kind() != format::ActivationKind::Clamp) return false;
  const int64_t lo = QuantizeOne(params, real.lo()), hi = QuantizeOne(params, real.hi());
  if (lo == -128 && hi == 127) return true;
  *quantized = format::Activation(format::ActivationKind::Clamp, static_cast<float>(lo), static_cast<float>(hi), 0, 0);
  return true;
}

bool SetQuantization(Graph* graph, ValueId id, const QuantParams& params) {
  Value& value = graph->value(id);
  if (value.quantization != nullptr) {
    return value.quantization->scale == params.scales && value.quantization->zero_point == params.zero_points;
  }
  value.quantization = std::make_unique<format::QuantizationT>();
  value.quantization->scale = params.scales;
  value.quantization->zero_point = params.zero_points;
  return true;
}

void NoteQuantization(Graph* graph) {
  for (const auto& node : graph->nodes()) {
    QuantParams params;
    if (IsQuantize(node.get()) && ReadInt8Params(*graph, node.get(), &params)) {
      SetQuantization(graph, node->outputs[0], params);
    }
  }
}

void SetQuantParams(Graph* graph, Node* node, const QuantParams& params) {
  auto& attrs = node->As<format::QuantizeT>();
  if (IsQuantize(node)) attrs.type = static_cast<format::ElementType>(params.type);
  attrs.axis = params.axis;
  const std::string base = graph->value(node->outputs[0]).name;
  const Shape shape = params.per_tensor() ? Shape() : Shape({static_cast<int64_t>(params.scales.size())});
  SetInput(node, 1, graph->AddFloats(graph->UniqueName(base + "_scale"), shape, params.scales));
  SetInput(node, 2, AddZeroPoints(graph, base, params, shape));
}

ValueId AddQuantize(Graph* graph, ValueId real, const QuantParams& params, const std::string& name) {
  return AddConversion(graph, OpCode::QuantizeLinear, real, params.type, params, name);
}

ValueId AddDequantize(Graph* graph, ValueId quantized, const QuantParams& params, const std::string& name) {
  return AddConversion(graph, OpCode::DequantizeLinear, quantized, ElementType::kFloat32, params, name);
}

bool MovesValues(const Graph& graph, const Node& node, std::vector<size_t>* inputs) {
  if (node.inputs.empty() || node.inputs[0] == kNoValue || node.outputs.empty() || node.outputs[0] == kNoValue) return false;
  *inputs = {0};
  switch (node.op) {
    case OpCode::Concat:
      for (size_t i = 1; i < node.inputs.size(); ++i) inputs->push_back(i);
      return true;
    case OpCode::Reshape:
    case OpCode::Flatten:
    case OpCode::Squeeze:
    case OpCode::Unsqueeze:
    case OpCode::Transpose:
    case OpCode::Split:
    case OpCode::Slice:
    case OpCode::Expand:
    case OpCode::Tile:
    case OpCode::Gather:
    case OpCode::GatherElements:
    case OpCode::GatherND:
    case OpCode::DepthToSpace:
    case OpCode::SpaceToDepth:
    case OpCode::ReduceMax:
    case OpCode::ReduceMin:
    case OpCode::Pad:
      return true;
    case OpCode::MaxPool: return node.outputs.size() == 1;
    case OpCode::Resize: return IsFixedResize(graph, node);
    default: return false;
  }
}

bool QuantizePadding(Graph* graph, const Node& node, const QuantParams& params, bool exact, ValueId* padding) {
  *padding = kNoValue;
  if (node.op != OpCode::Pad || node.As<format::PadT>().mode != format::PadMode::Constant) return true;
  double value = 0;
  if (InputOf(node, 2) != kNoValue && !ReadScalar(*graph, node.inputs[2], &value)) return false;
  QuantParams one = params;
  const int64_t quantized = QuantizeOne(one, static_cast<float>(value));
  const float back = static_cast<float>(quantized - params.zero_point()) * params.scale();
  if (exact && back != static_cast<float>(value)) return false;
  one.zero_points = {quantized};
  *padding = AddZeroPoints(graph, graph->value(node.outputs[0]).name + "_padding", one, Shape());
  return true;
}

bool EngineHas(format::OpCode op) {
  const OpList list = AllOps();
  return std::any_of(list.ops, list.ops + list.count, [op](const OpDef* def) { return def->code == op; });
}

Status SortGraph(Graph* graph) {
  std::string name;
  if (graph->SortNodes(&name)) return Status();
  return Status::Error(StatusCode::kInvalidModel, "node '%s' depends on its own output", name.c_str());
}

}  // namespace linnet::converter
