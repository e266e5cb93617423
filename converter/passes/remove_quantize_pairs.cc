// Q and DQ that only round what is rounded already: ops that move values keep them on the grid of their input.
//
//   %a = DequantizeLinear(%x, s, z)          %a = DequantizeLinear(%x, s, z)
//   %b = Reshape(%a)                         %b = Reshape(%a)
//   %q = QuantizeLinear(%b, s, z)       ->   %z = Transpose(%b)
//   %y = DequantizeLinear(%q, s, z)
//   %z = Transpose(%y)
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr int kMaxDepth = 32;  // ops between two DQ; more would be an unusual model

// Whether every element of `id` is scale * (q - zero_point) for some q of the type.
bool IsOnGrid(const Graph& graph, const GraphIndex& index, ValueId id, const QuantParams& params, int depth) {
  const Node* node = index.producer(id);
  if (node == nullptr || depth == 0) return false;
  QuantParams found;
  if (IsDequantize(node)) return ReadQuantParams(graph, *node, &found) && found.per_tensor() && found == params;
  if (node->op == OpCode::Relu) return IsOnGrid(graph, index, node->inputs[0], params, depth - 1);
  std::vector<size_t> inputs;
  if (!MovesValues(graph, *node, &inputs) || node->op == OpCode::Pad) return false;
  for (size_t i : inputs) {
    if (!IsOnGrid(graph, index, node->inputs[i], params, depth - 1)) return false;
  }
  return true;
}

}  // namespace

Status RemoveQuantizePairs(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph](Node* node, const GraphIndex& index) {
    QuantParams params, before;
    if (!IsDequantize(node) || !ReadQuantParams(*graph, *node, &params) || !params.per_tensor()) return false;
    const Node* quantize = ProducerOf(index, node->inputs[0], OpCode::QuantizeLinear);
    if (quantize == nullptr || !ReadQuantParams(*graph, *quantize, &before) || !(before == params)) return false;
    if (graph->value(node->outputs[0]).type != graph->value(quantize->inputs[0]).type) return false;
    return IsOnGrid(*graph, index, quantize->inputs[0], params, kMaxDepth) &&
           Bypass(graph, index, node, quantize->inputs[0]);
  });
  if (*changes == 0) return Status();
  Say(log, "removed %d QuantizeLinear and DequantizeLinear around ops that move values", *changes);
  int removed = 0;
  PassLog unused;
  return RemoveDeadCode(graph, &unused, &removed);
}

}  // namespace linnet::converter
