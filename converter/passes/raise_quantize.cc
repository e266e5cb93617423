// Q above the ops that move values, where the sinking of DQ has not met it: each operand gets a Q of its own. Operands of
// other scales then become tables.
//
//   %a = DequantizeLinear(%x, s, z)          %a = DequantizeLinear(%x, s, z)
//   %c = Concat(%a, %conv)                   %q1 = QuantizeLinear(%a, t, u)
//   %q = QuantizeLinear(%c, t, u)       ->   %q2 = QuantizeLinear(%conv, t, u)
//                                            %q = Concat(%q1, %q2)
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

bool TryRaise(Graph* graph, const GraphIndex& index, Node* node) {
  std::vector<size_t> inputs;
  if (!MovesValues(*graph, *node, &inputs) || node->outputs.size() != 1) return false;
  QuantParams params;
  Node* quantize = Int8Target(*graph, index, node->outputs[0], &params);
  if (quantize == nullptr) return false;
  for (size_t i : inputs) {
    if (graph->value(node->inputs[i]).type != ElementType::kFloat32) return false;
  }
  ValueId padding;
  if (!QuantizePadding(graph, *node, params, /*exact=*/false, &padding)) return false;
  if (padding != kNoValue) SetInput(node, 2, padding);
  for (size_t i : inputs) {
    const std::string name = graph->UniqueName(graph->value(node->inputs[i]).name + "_q");
    const ValueId output = graph->AddValue(name);
    CopyType(graph, node->inputs[i], output);
    graph->value(output).type = ElementType::kInt8;
    Node raised;
    raised.op = format::OpCode::QuantizeLinear;
    raised.attrs.Set(format::QuantizeT());
    raised.inputs = {node->inputs[i]};
    raised.outputs = {output};
    raised.name = name;
    SetQuantParams(graph, &graph->InsertBefore(node, std::move(raised)), params);
    node->inputs[i] = output;
  }
  node->outputs[0] = quantize->outputs[0];
  RemoveNode(graph, quantize);
  return true;
}

}  // namespace

Status RaiseQuantize(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph](Node* node, const GraphIndex& index) { return TryRaise(graph, index, node); });
  if (*changes > 0) Say(log, "moved %d QuantizeLinear above ops that move values", *changes);
  return Status();
}

}  // namespace linnet::converter
