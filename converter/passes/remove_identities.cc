// Removes nodes that give back their input, and joins neighbours that together do one thing.
//
//   %y = Identity(%x); Cast to the type that is there; Reshape, Flatten, Squeeze, Unsqueeze, Expand to the shape that is
//   there; Transpose {perm=[0, 1, 2]}; Slice of everything; Pad by nothing; Tile once; Concat of one; Split into one;
//   Add(%x, 0), Sub(%x, 0), Mul(%x, 1), Div(%x, 1)                                              ->  %x
//
//   %a = Transpose(%x) {perm=[0, 2, 1]}
//   %y = Transpose(%a) {perm=[1, 0, 2]}     ->   %y = Transpose(%x) {perm=[2, 0, 1]}
//
//   %a = Squeeze(%x) {axes=[1]}
//   %y = Reshape(%a, [2, -1])               ->   %y = Reshape(%x, [2, -1])
#include <algorithm>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

bool IsIdentityPermutation(const std::vector<int32_t>& perm) {
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int32_t>(i)) return false;
  }
  return !perm.empty();
}

// Whether a constant holds nothing but `number`.
bool HoldsOnly(const Graph& graph, ValueId id, double number) {
  if (id == kNoValue || !graph.value(id).is_constant()) return false;
  const std::vector<double> values = ReadDoubles(graph.value(id));
  return std::all_of(values.begin(), values.end(), [number](double value) { return value == number; });
}

// A Slice that keeps the shape keeps everything, unless it runs backwards.
bool SlicesForward(const Graph& graph, const Node& slice) {
  const ValueId steps = InputOf(slice, 4);
  std::vector<int64_t> values;
  if (steps == kNoValue) return true;
  return ReadInts(graph, steps, &values) && std::all_of(values.begin(), values.end(), [](int64_t s) { return s > 0; });
}

bool PadsNothing(const Graph& graph, const Node& node) {
  const std::vector<int32_t>& pads = node.As<format::PadT>().pads;
  if (pads.empty()) return HoldsOnly(graph, InputOf(node, 1), 0);
  return std::all_of(pads.begin(), pads.end(), [](int32_t pad) { return pad == 0; });
}

// x + 0, x - 0, x * 1, x / 1 with nothing applied after it.
bool IsNeutral(const Graph& graph, const Node& node, size_t operand, double neutral) {
  const ValueId input = node.inputs[1 - operand];
  return HasNoActivation(const_cast<Node*>(&node)) && HoldsOnly(graph, node.inputs[operand], neutral) &&
         SameShape(graph, input, node.outputs[0]);
}

bool GivesBackInput(const Graph& graph, const Node& node, size_t* input) {
  *input = 0;
  const bool same_shape = node.inputs[0] != kNoValue && SameShape(graph, node.inputs[0], node.outputs[0]);
  switch (node.op) {
    case OpCode::Identity: return true;
    case OpCode::Cast:
      return graph.value(node.inputs[0]).type == static_cast<ElementType>(node.As<format::CastT>().to);
    case OpCode::Reshape:
    case OpCode::Flatten:
    case OpCode::Squeeze:
    case OpCode::Unsqueeze:
    case OpCode::Expand: return same_shape;
    case OpCode::Transpose: return IsIdentityPermutation(node.As<format::TransposeT>().perm);
    case OpCode::Slice: return same_shape && SlicesForward(graph, node);
    case OpCode::Pad: return PadsNothing(graph, node);
    case OpCode::Tile: return HoldsOnly(graph, InputOf(node, 1), 1);
    case OpCode::Concat: return node.inputs.size() == 1;
    case OpCode::Split: return node.outputs.size() == 1 && same_shape;
    case OpCode::Add:
    case OpCode::Mul:
      *input = IsNeutral(graph, node, 1, node.op == OpCode::Mul) ? 0 : 1;
      return *input == 0 || IsNeutral(graph, node, 0, node.op == OpCode::Mul);
    case OpCode::Sub: return IsNeutral(graph, node, 1, 0);
    case OpCode::Div: return IsNeutral(graph, node, 1, 1);
    default: return false;
  }
}

// Reshape and its kin change the shape only.
bool ChangesShapeOnly(const Node* node) {
  if (node == nullptr) return false;
  switch (node->op) {
    case OpCode::Reshape:
    case OpCode::Flatten:
    case OpCode::Squeeze:
    case OpCode::Unsqueeze: return true;
    default: return false;
  }
}

// The target of `node` as a Reshape of any tensor with the same elements.
bool TargetOf(const Graph& graph, const Node& node, std::vector<int64_t>* target) {
  if (ReshapeTarget(graph.value(node.outputs[0]), target)) return true;
  // 0 in a target stands for the size of the input, unless allow_zero says otherwise.
  return node.op == OpCode::Reshape && ReadInts(graph, node.inputs[1], target) &&
         std::find(target->begin(), target->end(), 0) == target->end();
}

bool MergeReshapes(Graph* graph, PassLog* log, const Node* before, Node* node) {
  std::vector<int64_t> target;
  if (!ChangesShapeOnly(before) || !ChangesShapeOnly(node) || !TargetOf(*graph, *node, &target)) return false;
  Say(log, "merged %s and %s into a Reshape", Describe(*before).c_str(), Describe(*node).c_str());
  const std::string name = graph->UniqueName(graph->value(node->outputs[0]).name + "_shape");
  node->op = OpCode::Reshape;
  node->attrs.Set(format::ReshapeT());
  node->inputs = {before->inputs[0], graph->AddInts(name, {static_cast<int64_t>(target.size())}, target)};
  return true;
}

bool MergeTransposes(PassLog* log, const Node* before, Node* node) {
  if (before == nullptr || before->op != OpCode::Transpose || node->op != OpCode::Transpose) return false;
  const std::vector<int32_t>& first = before->As<format::TransposeT>().perm;
  std::vector<int32_t>& second = node->As<format::TransposeT>().perm;
  if (first.empty() || first.size() != second.size()) return false;
  for (int32_t& axis : second) axis = first[static_cast<size_t>(axis)];
  node->inputs[0] = before->inputs[0];
  Say(log, "merged %s into %s", Describe(*before).c_str(), Describe(*node).c_str());
  return true;
}

// Removes the node of a merged pair that the other one made superfluous.
void RemoveIfUnused(Graph* graph, Node* before) {
  const GraphIndex index(*graph);
  const ValueId output = before->outputs[0];
  if (index.consumers(output).empty() && !index.is_output(output)) RemoveNode(graph, before);
}

}  // namespace

Status RemoveIdentities(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    if (node->inputs.empty() || node->outputs.empty() || node->outputs[0] == kNoValue) return false;
    size_t input;
    if (GivesBackInput(*graph, *node, &input)) {
      const std::string description = Describe(*node);
      if (!Bypass(graph, index, node, node->inputs[input])) return false;
      Say(log, "removed %s: it gives back its input", description.c_str());
      return true;
    }
    Node* before = node->inputs[0] == kNoValue ? nullptr : index.producer(node->inputs[0]);
    if (!MergeTransposes(log, before, node) && !MergeReshapes(graph, log, before, node)) return false;
    RemoveIfUnused(graph, before);
    return true;
  });
  return Status();
}

}  // namespace linnet::converter
