// Ops between DQ and Q that have an integer form.
//
//   %a = DequantizeLinear(%x, s, z)
//   %b = DequantizeLinear(%r, t, u)
//   %c = Add(%a, %b)
//   %y = QuantizeLinear(%c, v, w)           ->   %y = QAdd(%x, %r)
//
// Sub, Mul, AveragePool, ReduceMean, Softmax, LayerNorm and Resize that interpolates likewise; their scales are those of their
// tensors.
#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

OpCode QuantizedOp(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpCode::Add: return OpCode::QAdd;
    case OpCode::Sub: return OpCode::QSub;
    case OpCode::Mul: return OpCode::QMul;
    case OpCode::AveragePool: return OpCode::QAveragePool;
    case OpCode::ReduceMean: return OpCode::QReduceMean;
    case OpCode::Softmax: return OpCode::QSoftmax;
    case OpCode::LayerNorm: {
      const bool plain = node.outputs.size() == 1 && node.inputs.size() >= 2;
      return plain && IsPlainConstant(graph, node.inputs[1], ElementType::kFloat32) ? OpCode::QLayerNorm : OpCode::Custom;
    }
    case OpCode::Resize: {
      const auto& attrs = node.As<format::ResizeT>();
      const bool crops = attrs.coordinate == format::CoordinateMode::TfCropAndResize;
      return attrs.mode != format::ResizeMode::Nearest && !crops ? OpCode::QResize : OpCode::Custom;
    }
    default: return OpCode::Custom;
  }
}

// Inputs that are activations.
size_t DataInputs(const Node& node) {
  return node.op == OpCode::Add || node.op == OpCode::Sub || node.op == OpCode::Mul ? 2 : 1;
}

bool FoldOp(Graph* graph, PassLog* log, const GraphIndex& index, Node* node) {
  const OpCode op = QuantizedOp(*graph, *node);
  if (op == OpCode::Custom || !EngineHas(op) || node->outputs.size() != 1) return false;
  QuantParams y_params;
  Node* quantize = Int8Target(*graph, index, node->outputs[0], &y_params);
  if (quantize == nullptr) return false;
  const format::Activation* fused = FusedActivation(node);
  format::Activation activation;
  if (fused != nullptr && !QuantizeClamp(y_params, *fused, &activation)) return false;
  if (op == OpCode::QLayerNorm && activation.kind() != format::ActivationKind::None) return false;
  std::vector<ValueId> inputs = node->inputs;
  std::vector<QuantParams> params(DataInputs(*node));
  for (size_t i = 0; i < params.size(); ++i) {
    inputs[i] = Int8Source(*graph, index, inputs[i], &params[i]);
    if (inputs[i] == kNoValue) return false;
  }
  for (size_t i = 0; i < params.size(); ++i) {
    if (!SetQuantization(graph, inputs[i], params[i])) return false;
  }
  if (!SetQuantization(graph, quantize->outputs[0], y_params)) return false;
  Say(log, "int8: %s", Describe(*node).c_str());
  if (fused != nullptr) *FusedActivation(node) = activation;
  node->op = op;
  node->inputs = std::move(inputs);
  node->outputs = quantize->outputs;
  RemoveNode(graph, quantize);
  return true;
}

}  // namespace

Status FoldQuantizedOps(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    return FoldOp(graph, log, index, node);
  });
  if (*changes == 0) return Status();
  LINNET_RETURN_IF_ERROR(SortGraph(graph));
  int removed = 0;
  PassLog unused;
  return RemoveDeadCode(graph, &unused, &removed);
}

}  // namespace linnet::converter
