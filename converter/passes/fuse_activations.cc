// An activation into the op before it, where nothing else reads that op's output; two clamps into one.
//
//   %a = Conv2D(%x, %w, %b)          %y = Conv2D(%x, %w, %b) {activation={kind=Clamp hi=6}}
//   %y = Clip(%a, 0, 6)         ->
//
//   %a = Relu(%x)                    %y = Clip(%x, 0, 6)
//   %y = Clip(%a, -1, 6)        ->
#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::Activation;
using format::ActivationKind;
using format::OpCode;

// The engine applies activations to floating-point results of at most 32 bits.
bool HasActivationType(const Graph& graph, ValueId id) {
  const ElementType type = graph.value(id).type;
  return IsFloat(type) && type != ElementType::kFloat64;
}

// The node before turns into one that computes what `node` did.
void Absorb(Graph* graph, Node* before, const Node* node) {
  before->outputs[0] = node->outputs[0];
  RemoveNode(graph, node);
}

bool FuseIntoAttribute(Graph* graph, PassLog* log, Node* before, const Node* node, const Activation& activation) {
  Activation* fused = FusedActivation(before);
  if (fused == nullptr || !HasActivationType(*graph, node->outputs[0])) return false;
  if (fused->kind() == ActivationKind::None) {
    *fused = activation;
  } else if (fused->kind() == ActivationKind::Clamp && activation.kind() == ActivationKind::Clamp) {
    *fused = MergeClamps(*fused, activation);
  } else {
    return false;
  }
  Say(log, "fused %s into %s", Describe(*node).c_str(), Describe(*before).c_str());
  Absorb(graph, before, node);
  return true;
}

// Relu and Clip after Relu or Clip.
bool MergeClips(Graph* graph, PassLog* log, Node* before, const Node* node, const Activation& activation) {
  Activation first;
  if (before->op != OpCode::Relu && before->op != OpCode::Clip) return false;
  if (!ToActivation(*graph, *before, &first) || activation.kind() != ActivationKind::Clamp) return false;
  if (graph->value(node->outputs[0]).type != ElementType::kFloat32) return false;
  const Activation merged = MergeClamps(first, activation);
  Say(log, "merged %s into %s", Describe(*node).c_str(), Describe(*before).c_str());
  const std::string base = graph->value(node->outputs[0]).name;
  before->op = OpCode::Clip;
  SetInput(before, 1, graph->AddFloats(graph->UniqueName(base + "_min"), {}, {merged.lo()}));
  SetInput(before, 2, graph->AddFloats(graph->UniqueName(base + "_max"), {}, {merged.hi()}));
  Absorb(graph, before, node);
  return true;
}

}  // namespace

Status FuseActivations(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    Activation activation;
    if (!ToActivation(*graph, *node, &activation)) return false;
    const ValueId input = node->inputs[0];
    Node* before = index.producer(input);
    if (before == nullptr || before->outputs.size() != 1 || index.only_consumer(input) != node) return false;
    return FuseIntoAttribute(graph, log, before, node, activation) || MergeClips(graph, log, before, node, activation);
  });
  return Status();
}

}  // namespace linnet::converter
