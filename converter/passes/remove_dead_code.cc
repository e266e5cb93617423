// Removes what no output needs.
//
//   %a = Relu(%x)                          %y = MaxPool(%x) {kernel=[2, 2]}
//   %y, %i = MaxPool(%x) {kernel=[2, 2]}   output %y
//   %b = Exp(%a)                      ->
//   output %y
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// The number of outputs that the op must have; those after it may be left out.
size_t RequiredOutputs(OpCode op) {
  switch (op) {
    case OpCode::MaxPool:    // indices
    case OpCode::LayerNorm:  // mean, 1 / standard deviation
    case OpCode::Unique:     // indices, inverse indices, counts
      return 1;
    default:
      return SIZE_MAX;
  }
}

std::vector<bool> UsedValues(const Graph& graph) {
  std::vector<bool> used(graph.value_count(), false);
  for (ValueId output : graph.outputs) used[output] = true;
  for (const Graph::StatePair& state : graph.states) used[state.output] = true;
  for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node) {
    bool needed = false;
    for (ValueId output : (*node)->outputs) needed = needed || (output != kNoValue && used[output]);
    if (!needed) continue;
    for (ValueId input : (*node)->inputs) {
      if (input != kNoValue) used[input] = true;
    }
  }
  return used;
}

int DropUnusedOutputs(const std::vector<bool>& used, Node* node) {
  int dropped = 0;
  for (size_t i = RequiredOutputs(node->op); i < node->outputs.size(); ++i) {
    if (node->outputs[i] == kNoValue || used[node->outputs[i]]) continue;
    node->outputs[i] = kNoValue;
    ++dropped;
  }
  while (!node->outputs.empty() && node->outputs.back() == kNoValue) node->outputs.pop_back();
  return dropped;
}

int DropIgnoredInputs(Node* node) {
  int dropped = 0;
  // Only the crop-and-resize of TensorFlow looks at the region of interest.
  constexpr size_t kRoi = 1;
  if (node->op == OpCode::Resize && InputOf(*node, kRoi) != kNoValue &&
      node->As<format::ResizeT>().coordinate != format::CoordinateMode::TfCropAndResize) {
    node->inputs[kRoi] = kNoValue;
    ++dropped;
  }
  while (!node->inputs.empty() && node->inputs.back() == kNoValue) node->inputs.pop_back();
  return dropped;
}

}  // namespace

Status RemoveDeadCode(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  for (const auto& node : graph->nodes()) *changes += DropIgnoredInputs(node.get());
  const std::vector<bool> used = UsedValues(*graph);
  const auto dead = [&used](const Node& node) {
    for (ValueId output : node.outputs) {
      if (output != kNoValue && used[output]) return false;
    }
    return true;
  };
  for (const auto& node : graph->nodes()) {
    if (dead(*node)) {
      Say(log, "removed %s: nothing uses it", Describe(*node).c_str());
      ++*changes;
    } else {
      *changes += DropUnusedOutputs(used, node.get());
    }
  }
  graph->RemoveNodes(dead);
  return Status();
}

}  // namespace linnet::converter
