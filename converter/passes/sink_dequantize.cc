// DQ below the ops that move values, so that they move bytes; of weights before the layout changes, so that they stay
// int8 constants.
//
//   %a = DequantizeLinear(%w, s, z) {axis=0}          %t = Transpose(%w) {perm=[0, 2, 3, 1]}
//   %b = Transpose(%a) {perm=[0, 2, 3, 1]}       ->   %b = DequantizeLinear(%t, s, z) {axis=0}
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// Where the axis of several scales lies after the op; false if it is no longer one axis.
bool MoveAxis(const Graph& graph, const Node& node, QuantParams* params) {
  if (params->per_tensor()) return true;
  const Value &in = graph.value(node.inputs[0]), &out = graph.value(node.outputs[0]);
  if (!IsFixed(in) || !IsFixed(out)) return false;
  const int axis = ResolveAxis(params->axis, in.shape.rank());
  if (axis < 0) return false;
  if (node.op == OpCode::Transpose) {
    const std::vector<int32_t>& perm = node.As<format::TransposeT>().perm;
    for (size_t i = 0; i < perm.size(); ++i) {
      if (perm[i] == axis) params->axis = static_cast<int>(i);
    }
    return !perm.empty();
  }
  const bool keeps_order = node.op == OpCode::Reshape || node.op == OpCode::Squeeze || node.op == OpCode::Unsqueeze ||
                           node.op == OpCode::Flatten;
  for (int d = 0; keeps_order && d < out.shape.rank(); ++d) {
    if (out.shape[d] != in.shape[axis] || out.shape.Product(0, d) != in.shape.Product(0, axis)) continue;
    params->axis = d;
    return true;
  }
  return false;
}

// The parameters that all data inputs of the op are dequantised with.
bool ReadInputs(const Graph& graph, const GraphIndex& index, const Node& node, const std::vector<size_t>& inputs,
                QuantParams* params) {
  for (size_t i : inputs) {
    const Node* dequantize = ProducerOf(index, node.inputs[i], OpCode::DequantizeLinear);
    QuantParams found;
    if (dequantize == nullptr || !ReadQuantParams(graph, *dequantize, &found)) return false;
    if (i != inputs[0] && !(found == *params)) return false;
    *params = found;
  }
  return params->type == ElementType::kInt8 || params->type == ElementType::kInt32 || params->type == ElementType::kUint8;
}

void Sink(Graph* graph, const GraphIndex& index, Node* node, const std::vector<size_t>& inputs, const QuantParams& params) {
  for (size_t i : inputs) node->inputs[i] = index.producer(node->inputs[i])->inputs[0];
  for (ValueId& output : node->outputs) {
    if (output == kNoValue) continue;
    const ValueId old = output;
    output = graph->AddValue(graph->UniqueName(graph->value(old).name + "_quantized"));
    CopyType(graph, old, output);
    graph->value(output).type = params.type;
    Node dequantize;
    dequantize.op = OpCode::DequantizeLinear;
    dequantize.attrs.Set(format::QuantizeT());
    dequantize.inputs = {output};
    dequantize.outputs = {old};
    dequantize.name = graph->value(old).name;
    SetQuantParams(graph, &graph->InsertAfter(node, std::move(dequantize)), params);
  }
}

bool TrySink(Graph* graph, const GraphIndex& index, Node* node, bool constants_only) {
  std::vector<size_t> inputs;
  QuantParams params;
  if (!MovesValues(*graph, *node, &inputs) || !ReadInputs(*graph, index, *node, inputs, &params)) return false;
  const bool single = params.per_tensor() || inputs.size() == 1;
  for (size_t i : inputs) {
    const bool constant = graph->value(index.producer(node->inputs[i])->inputs[0]).is_constant();
    if (constants_only && !constant) return false;
  }
  ValueId padding;
  if (!single || !MoveAxis(*graph, *node, &params)) return false;
  if (node->op == OpCode::Pad && params.type != ElementType::kInt8) return false;
  if (!QuantizePadding(graph, *node, params, /*exact=*/true, &padding)) return false;
  if (padding != kNoValue) SetInput(node, 2, padding);
  Sink(graph, index, node, inputs, params);
  return true;
}

Status SinkAll(Graph* graph, bool constants_only, int* changes) {
  *changes = 0;
  int sunk;
  do {  // weights that were moved are constants again, and may be moved on
    sunk = RewriteNodes(graph, [graph, constants_only](Node* node, const GraphIndex& index) {
      return TrySink(graph, index, node, constants_only);
    });
    *changes += sunk;
    if (sunk == 0) break;
    int unused_changes = 0;
    PassLog unused;
    LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, &unused, &unused_changes));
    LINNET_RETURN_IF_ERROR(FoldConstants(graph, &unused, &unused_changes));
  } while (constants_only);
  return Status();
}

}  // namespace

Status SinkWeightScales(Graph* graph, PassLog*, int* changes) { return SinkAll(graph, true, changes); }

Status SinkDequantize(Graph* graph, PassLog*, int* changes) {
  NoteQuantization(graph);
  return SinkAll(graph, false, changes);
}

}  // namespace linnet::converter
