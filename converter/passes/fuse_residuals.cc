// The Add of a residual connection into the convolution or MatMul before it, as its fourth input.
//
//   %a = Conv2D(%x, %w, %b)          %y = Conv2D(%x, %w, %b, %r)
//   %y = Add(%a, %r)            ->
//
// Of two candidates the later one is taken, so that the other operand is there already.
#include <algorithm>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr size_t kResidual = 3;

// The node before operand i of `add`, if it can take the other operand as its residual.
Node* Candidate(const Graph& graph, const GraphIndex& index, const Node& add, size_t i) {
  const ValueId sum = add.inputs[i], residual = add.inputs[1 - i];
  Node* node = index.producer(sum);
  if (node == nullptr || (node->op != OpCode::Conv2D && node->op != OpCode::MatMul)) return nullptr;
  if (index.only_consumer(sum) != &add || InputOf(*node, kResidual) != kNoValue || !HasNoActivation(node)) {
    return nullptr;
  }
  const bool fits = graph.value(sum).type == ElementType::kFloat32 && graph.value(sum).type == graph.value(residual).type &&
                    SameShape(graph, sum, residual);
  return fits ? node : nullptr;
}

size_t Position(const Graph& graph, const Node* node) {
  const auto found = std::find_if(graph.nodes().begin(), graph.nodes().end(),
                                  [node](const auto& candidate) { return candidate.get() == node; });
  return static_cast<size_t>(found - graph.nodes().begin());
}

// Makes the Add, which comes after both operands, the convolution or MatMul.
void Fuse(Graph* graph, PassLog* log, Node* add, Node* node, ValueId residual) {
  Say(log, "fused residual %s into %s", Describe(*add).c_str(), Describe(*node).c_str());
  const format::Activation activation = *FusedActivation(add);
  add->op = node->op;
  add->attrs = std::move(node->attrs);
  add->inputs = node->inputs;
  add->name = node->name;
  *FusedActivation(add) = activation;
  SetInput(add, kResidual, residual);
  RemoveNode(graph, node);
}

}  // namespace

Status FuseResiduals(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* add, const GraphIndex& index) {
    if (add->op != OpCode::Add || FusedActivation(add) == nullptr || add->inputs[0] == add->inputs[1]) return false;
    Node* first = Candidate(*graph, index, *add, 0);
    Node* second = Candidate(*graph, index, *add, 1);
    if (first == nullptr && second == nullptr) return false;
    const bool take_second =
        first == nullptr || (second != nullptr && Position(*graph, second) > Position(*graph, first));
    Fuse(graph, log, add, take_second ? second : first, add->inputs[take_second ? 0 : 1]);
    return true;
  });
  return Status();
}

}  // namespace linnet::converter
