// Names the ops of an int8 graph that still compute in float, and why. Cheap ones are marked to compute in canonical order, so
// that the model's bytes are the same on every processor; convolutions and matrix products would become too slow by it.
#include "converter/passes/activations.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/quantized_weights.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

bool IsQuantized(OpCode op) { return op >= OpCode::QConv2D && op <= OpCode::QDynamicMatMul; }

bool ComputesFloats(const Graph& graph, const Node& node) {
  if (IsQuantize(&node) || IsDequantize(&node) || IsQuantized(node.op) || node.outputs.empty()) return false;
  if (node.outputs[0] == kNoValue || graph.value(node.outputs[0]).type != ElementType::kFloat32) return false;
  std::vector<size_t> inputs;
  if (MovesValues(graph, node, &inputs) || node.op == OpCode::Identity) return false;
  for (ValueId id : node.inputs) {
    if (id != kNoValue && !graph.value(id).is_constant()) return true;
  }
  return false;
}

bool IsProduct(OpCode op) {
  switch (op) {
    case OpCode::Conv2D:
    case OpCode::DepthwiseConv2D:
    case OpCode::ConvTranspose2D:
    case OpCode::MatMul:
    case OpCode::QDynamicMatMul:
    case OpCode::Lstm:
    case OpCode::Gru:
    case OpCode::Rnn: return true;
    default: return false;
  }
}

bool HasIntegerForm(OpCode op) {
  switch (op) {
    case OpCode::Conv2D:
    case OpCode::DepthwiseConv2D:
    case OpCode::ConvTranspose2D:
    case OpCode::MatMul:
    case OpCode::Add:
    case OpCode::Sub:
    case OpCode::Mul:
    case OpCode::AveragePool:
    case OpCode::ReduceMean:
    case OpCode::Softmax:
    case OpCode::LayerNorm:
    case OpCode::Resize: return true;
    default: return op >= OpCode::Abs && op <= OpCode::Mish;
  }
}

std::string WhyFloat(const Graph& graph, const GraphIndex& index, const Node& node) {
  if (!HasIntegerForm(node.op)) return "the op has no integer form";
  QuantParams params;
  const char* reason = nullptr;
  QuantizedWeights weights;
  const bool product = IsProduct(node.op);
  if (Int8Source(graph, index, node.inputs[0], &params) == kNoValue) return "its input is not quantised";
  if (Int8Target(graph, index, node.outputs[0], &params) == nullptr) return "its output is not quantised";
  const format::Activation* activation = FusedActivation(const_cast<Node*>(&node));
  format::Activation unused;
  if (activation != nullptr && !QuantizeClamp(params, *activation, &unused)) {
    return "nothing is quantised between it and its activation";
  }
  if (product && InputOf(node, 3) != kNoValue) return "nothing is quantised between it and the sum behind it";
  if (product && !weights.Read(graph, index, node, &reason)) return reason;
  for (ValueId id : node.inputs) {
    if (id == kNoValue || graph.value(id).type != ElementType::kFloat32) continue;
    if (Int8Source(graph, index, id, &params) == kNoValue) return "an input is not quantised";
  }
  return "one tensor has two scales";
}

}  // namespace

Status ReportFloat(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  bool quantized = false;
  for (const auto& node : graph->nodes()) quantized = quantized || IsQuantized(node->op) || IsQuantize(node.get());
  if (!quantized) return Status();
  const GraphIndex index(*graph);
  for (const auto& node : graph->nodes()) {
    if (!ComputesFloats(*graph, *node)) continue;
    node->canonical = !IsProduct(node->op);
    const char* unstable = node->canonical ? "" : "; the last bits of its result depend on the processor";
    log->in_float.push_back(Describe(*node) + ": " + WhyFloat(*graph, index, *node) + unstable);
  }
  return Status();
}

}  // namespace linnet::converter
