// Nodes whose inputs are all constants become constants. The engine itself computes them, so a folded value is the value
// that a run would have had.
//
//   %t = Transpose(%w) {perm=[0, 2, 3, 1]}        =>   %t is a constant
//   %s = Shape(%x)          // x of fixed shape    =>   %s is a constant
//
// Where the graph quantises activations, constants behind a DequantizeLinear are weights of int8 ops to be: they stay as they
// are until the int8 passes have run, and FoldDequantized folds what is left of them.
#include <set>

#include "converter/evaluate.h"
#include "converter/lower.h"
#include "converter/passes/passes.h"
#include "engine/session.h"

namespace linnet::converter {
namespace {

void MakeConstant(Graph* graph, ValueId id, ElementType type, const Shape& shape, Bytes data) {
  Value& value = graph->value(id);
  value.type = type;
  value.shape = value.symbolic_shape = shape;
  value.has_shape = true;
  value.dynamic_shape = value.depends_on_shape = false;
  value.constant = true;
  value.data = std::move(data);
  value.known = Bytes();
}

bool AllInputsConstant(const Graph& graph, const Node& node) {
  for (ValueId id : node.inputs) {
    if (id != kNoValue && !graph.value(id).is_constant()) return false;
  }
  return true;
}

// Every output was found by shape inference and holds for all input sizes.
bool AllOutputsKnown(const Graph& graph, const Node& node) {
  for (ValueId id : node.outputs) {
    if (id != kNoValue && (!graph.value(id).known || graph.value(id).depends_on_shape)) return false;
  }
  return true;
}

// Lets the engine compute the node's outputs from constants. *folded stays false for ops that are not foldable (random
// ones) or whose size only a run can tell.
Status ComputeNode(Graph* graph, size_t index, bool* folded) {
  const Lowered lowered = LowerRange(*graph, index, index + 1, {}, Outside::kKnown);
  Result<LoweredModel> model = LoweredModel::Create(lowered);
  if (!model.ok()) return std::move(model.status());
  SessionOptions options;
  options.known_value_limit = SIZE_MAX;
  Result<std::unique_ptr<SessionImpl>> session = SessionImpl::CreateUnplaced(model->model().impl(), options);
  if (!session.ok()) return std::move(session.status());
  const Node& node = *graph->nodes()[index];
  const auto& slots = (*session)->prepared().slots;
  for (ValueId id : node.outputs) {
    if (id != kNoValue && !slots[lowered.tensors[id]].known) return Status();
  }
  for (ValueId id : node.outputs) {
    if (id == kNoValue) continue;
    const TensorSlot& slot = slots[lowered.tensors[id]];
    MakeConstant(graph, id, slot.type, slot.shape, Bytes::Copy(slot.data, TensorBytes(slot.type, slot.shape)));
  }
  *folded = true;
  return Status();
}

bool QuantizesActivations(const Graph& graph) {
  for (const auto& node : graph.nodes()) {
    if (node->op == format::OpCode::QuantizeLinear && !graph.value(node->inputs[0]).is_constant()) return true;
  }
  return false;
}

// Values that are made of constants by way of a DequantizeLinear.
class DequantizedConstants {
 public:
  explicit DequantizedConstants(const Graph& graph) : graph_(graph) {}

  // Whether the node computes one. Nodes are to be asked in order.
  bool Has(const Node& node) {
    bool found = node.op == format::OpCode::DequantizeLinear;
    for (ValueId id : node.inputs) {
      if (id == kNoValue || graph_.value(id).is_constant()) continue;
      if (values_.count(id) == 0) return false;
      found = true;
    }
    if (found) values_.insert(node.outputs.begin(), node.outputs.end());
    return found;
  }

 private:
  const Graph& graph_;
  std::set<ValueId> values_;
};

Status Fold(Graph* graph, bool keep_dequantized, int* changes) {
  LINNET_RETURN_IF_ERROR(InferShapes(graph));
  std::set<const Node*> dead;
  DequantizedConstants dequantized(*graph);
  for (size_t i = 0; i < graph->nodes().size(); ++i) {
    const Node& node = *graph->nodes()[i];
    bool folded = false;
    if (keep_dequantized && dequantized.Has(node)) continue;
    if (AllOutputsKnown(*graph, node)) {
      for (ValueId id : node.outputs) {
        if (id == kNoValue) continue;
        const Value& value = graph->value(id);
        MakeConstant(graph, id, value.type, value.shape, value.known);
      }
      folded = true;
    } else if (AllInputsConstant(*graph, node)) {
      LINNET_RETURN_IF_ERROR(ComputeNode(graph, i, &folded));
    }
    if (folded) dead.insert(&node);
  }
  graph->RemoveNodes([&](const Node& node) { return dead.count(&node) != 0; });
  *changes = static_cast<int>(dead.size());
  return Status();
}

}  // namespace

Status FoldConstants(Graph* graph, PassLog*, int* changes) { return Fold(graph, QuantizesActivations(*graph), changes); }

Status FoldDequantized(Graph* graph, PassLog*, int* changes) { return Fold(graph, /*keep_dequantized=*/false, changes); }

}  // namespace linnet::converter
