// One form of quantised graphs for the passes that follow: every scale sound, every activation and weight int8, and ops that
// only move quantised values between DQ and Q as all others are.
//
//   %q = QuantizeLinear(%x, s, 130)   // uint8        %q = QuantizeLinear(%x, s, 2)      // int8
//   %m = MaxPool(%q)                            ->    %d = DequantizeLinear(%q, s, 2)
//   %y = DequantizeLinear(%m, s, 130)                 %m = MaxPool(%d)
//                                                     %n = QuantizeLinear(%m, s, 2)
//                                                     %y = DequantizeLinear(%n, s, 2)
//
// uint8 values less 128 are int8 values with a zero point less 128. Where other ops see the bytes (the graph's inputs and
// outputs), a QTable that flips the sign bit converts.
#include <cfloat>
#include <cmath>

#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/quantized_tables.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

Status CheckScales(const Graph& graph, const Node& node) {
  const ValueId scale = node.inputs[1];
  if (!IsPlainConstant(graph, scale, ElementType::kFloat32)) return Status();
  // The scale of a bias is a product of two others.
  const bool is_sum = graph.value(node.inputs[0]).type == ElementType::kInt32;
  const std::vector<double> values = ReadDoubles(graph.value(scale));
  for (size_t i = 0; i < values.size(); ++i) {
    const bool sound = std::isfinite(values[i]) && (is_sum ? values[i] >= 0 : values[i] >= double{FLT_MIN});
    if (sound) continue;
    return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): scale %zu is %g, expected a positive number of at least %g",
                         node.name.c_str(), OpName(node.op), i, values[i], double{FLT_MIN});
  }
  return Status();
}

// --- ops on quantised values, as ops between DQ and Q ---

// The parameters of an 8-bit value that a Q computed.
bool QuantizedBy(const Graph& graph, const GraphIndex& index, ValueId id, QuantParams* params) {
  const Node* node = ProducerOf(index, id, OpCode::QuantizeLinear);
  return node != nullptr && ReadQuantParams(graph, *node, params) && params->per_tensor() &&
         ElementBits(params->type) == 8;
}

bool Lift(Graph* graph, const GraphIndex& index, Node* node) {
  std::vector<size_t> inputs;
  if (!MovesValues(*graph, *node, &inputs) || node->op == OpCode::Pad) return false;
  QuantParams params;
  for (size_t i : inputs) {
    QuantParams other;
    if (!QuantizedBy(*graph, index, node->inputs[i], &other) || (i > 0 && !(other == params))) return false;
    params = other;
  }
  for (size_t i : inputs) node->inputs[i] = AddDequantize(graph, node->inputs[i], params, node->name + "_dq");
  for (ValueId& output : node->outputs) {
    if (output == kNoValue) continue;
    const ValueId old = output;
    output = graph->AddValue(graph->UniqueName(graph->value(old).name + "_real"));
    CopyType(graph, old, output);
    graph->value(output).type = ElementType::kFloat32;
    Node& quantize = graph->AddNode(OpCode::QuantizeLinear, format::QuantizeT(), {output}, {old}, node->name + "_q");
    SetQuantParams(graph, &quantize, params);
  }
  return true;
}

// --- uint8 -> int8 ---

void ShiftZeroPoints(QuantParams* params) {
  params->type = ElementType::kInt8;
  for (int64_t& zero_point : params->zero_points) zero_point -= 128;
}

ValueId ShiftedConstant(Graph* graph, ValueId id) {
  const Value& plain = graph->value(id);
  void* to = nullptr;
  const Bytes bytes = Bytes::Allocate(plain.data.size(), &to);
  for (size_t i = 0; i < plain.data.size(); ++i) {
    static_cast<uint8_t*>(to)[i] = static_cast<const uint8_t*>(plain.data.data())[i] ^ 0x80;
  }
  return graph->AddConstant(graph->UniqueName(plain.name + "_int8"), ElementType::kInt8, plain.shape, bytes);
}

bool ShiftDequantize(Graph* graph, Node* node) {
  QuantParams params;
  if (!IsDequantize(node) || !ReadQuantParams(*graph, *node, &params) || params.type != ElementType::kUint8) return false;
  const ValueId x = node->inputs[0];
  node->inputs[0] = graph->value(x).is_constant() && IsPlainConstant(*graph, x, ElementType::kUint8)
                        ? ShiftedConstant(graph, x)
                        : AddSignFlip(graph, x, ElementType::kInt8);
  ShiftZeroPoints(&params);
  SetQuantParams(graph, node, params);
  return true;
}

// A Q of which some DQ reads; one whose bytes only leave the graph stays as it is.
bool ShiftQuantize(Graph* graph, const GraphIndex& index, Node* node) {
  QuantParams params;
  if (!IsQuantize(node) || !ReadQuantParams(*graph, *node, &params) || params.type != ElementType::kUint8) return false;
  if (params.scales.size() > 1) return false;
  if (index.producer(node->inputs[0]) == nullptr && index.consumers(node->outputs[0]).empty()) return false;
  const ValueId old = node->outputs[0];
  const ValueId shifted = graph->AddValue(graph->UniqueName(graph->value(old).name + "_int8"));
  CopyType(graph, old, shifted);
  graph->value(shifted).type = ElementType::kInt8;
  node->outputs[0] = shifted;
  ShiftZeroPoints(&params);
  SetQuantParams(graph, node, params);
  AddSignFlip(graph, shifted, ElementType::kUint8, old);
  return true;
}

// QTable that flips the sign bit after another one gives back what the first one read.
bool CancelFlips(Graph* graph, const GraphIndex& index, Node* node) {
  if (!IsSignFlip(*graph, *node)) return false;
  const Node* before = index.producer(node->inputs[0]);
  if (before == nullptr || !IsSignFlip(*graph, *before)) return false;
  return Bypass(graph, index, node, before->inputs[0]);
}

}  // namespace

Status CanonicalizeQuantization(Graph* graph, PassLog*, int* changes) {
  *changes = 0;
  bool any = false;
  for (const auto& node : graph->nodes()) {
    if (!IsQuantize(node.get()) && !IsDequantize(node.get())) continue;
    any = true;
    LINNET_RETURN_IF_ERROR(CheckScales(*graph, *node));
  }
  if (!any || !EngineHas(OpCode::QTable)) return Status();
  const auto for_all = [graph, changes](auto&& rewrite) {
    std::vector<Node*> nodes;
    for (const auto& node : graph->nodes()) nodes.push_back(node.get());
    for (Node* node : nodes) {
      // Fresh where something changed: a lifted op makes its consumers liftable.
      const GraphIndex index(*graph);
      if (rewrite(index, node)) ++*changes;
    }
    return SortGraph(graph);
  };
  LINNET_RETURN_IF_ERROR(for_all([&](const GraphIndex& index, Node* node) { return Lift(graph, index, node); }));
  LINNET_RETURN_IF_ERROR(for_all([&](const GraphIndex&, Node* node) { return ShiftDequantize(graph, node); }));
  LINNET_RETURN_IF_ERROR(for_all([&](const GraphIndex& index, Node* node) { return ShiftQuantize(graph, index, node); }));
  RewriteNodes(graph, [&](Node* node, const GraphIndex& index) { return CancelFlips(graph, index, node); });
  int removed = 0;
  PassLog unused;
  return RemoveDeadCode(graph, &unused, &removed);
}

}  // namespace linnet::converter
