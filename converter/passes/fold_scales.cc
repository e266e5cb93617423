// Scales and shifts per channel into the weights of the op before or after them, or into its scale and bias. Computed in
// double, rounded once.
//
//   %a = Conv2D(%x, %w)
//   %y = ScaleShift(%a, %s, %t)     ->   %y = Conv2D(%x, %w1, %t)          // w1 = w * s
//
//   %a = Mul(%x, %s)
//   %y = MatMul(%a, %w, %b)         ->   %y = MatMul(%x, %w1, %b)
//
//   %a = Mul(%x, %s)
//   %y = Add(%a, %t)                ->   %y = ScaleShift(%x, %s, %t)
//
//   %a = LayerNorm(%x, %s)
//   %y = Add(%a, %b)                ->   %y = LayerNorm(%x, %s, %b)
#include "converter/passes/activations.h"
#include "converter/passes/affine.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"
#include "converter/passes/weights.h"

namespace linnet::converter {
namespace {

using format::AutoPad;
using format::OpCode;

// `before` computes what `node` did, with the activation of `node`.
void TakeOver(Graph* graph, PassLog* log, Node* before, Node* node) {
  Say(log, "folded %s into %s", Describe(*node).c_str(), Describe(*before).c_str());
  if (const format::Activation* activation = FusedActivation(node)) *FusedActivation(before) = *activation;
  before->outputs[0] = node->outputs[0];
  RemoveNode(graph, node);
}

// Convolution or MatMul, then the affine node.
bool FoldIntoWeights(Graph* graph, const Affine& affine, Node* before) {
  constexpr size_t kResidual = 3;
  Weights weights;
  if (InputOf(*before, kResidual) != kNoValue || !weights.Read(graph, before)) return false;
  if (weights.outputs() != static_cast<int64_t>(affine.scale.size())) return false;
  weights.ScaleOutputs(affine.scale, affine.shift);
  return weights.Write();
}

// Scale or bias of a norm as numbers; `fallback` where it is left out.
bool ReadNormChannels(const Graph& graph, const Node& norm, size_t i, int64_t channels, double fallback,
                      std::vector<double>* values) {
  values->assign(static_cast<size_t>(channels), fallback);
  if (InputOf(norm, i) == kNoValue) return true;
  return graph.value(norm.inputs[i]).shape == Shape{channels} &&
         ReadPerChannel(graph, norm.inputs[i], 1, channels, values);
}

// Whether the norm multiplies by one scale per index of the last axis.
bool ScalesLastAxis(const Graph& graph, const Node& norm) {
  switch (norm.op) {
    case OpCode::InstanceNorm:
    case OpCode::GroupNorm: return true;
    case OpCode::LayerNorm:
    case OpCode::RmsNorm: {
      const Value& output = graph.value(norm.outputs[0]);
      return output.has_shape &&
             ResolveAxis(norm.As<format::NormT>().axis, output.shape.rank()) == output.shape.rank() - 1;
    }
    default: return false;
  }
}

// A norm, then the affine node.
bool FoldIntoNorm(Graph* graph, const Affine& affine, Node* norm) {
  if (norm->outputs.size() != 1 || !ScalesLastAxis(*graph, *norm)) return false;
  const int64_t channels = static_cast<int64_t>(affine.scale.size());
  Affine own;
  if (!ReadNormChannels(*graph, *norm, 1, channels, 1, &own.scale)) return false;
  if (!ReadNormChannels(*graph, *norm, 2, channels, 0, &own.shift)) return false;
  const Affine both = Compose(own, affine);
  // RmsNorm has no bias.
  if (norm->op == OpCode::RmsNorm && both.shifts()) return false;
  const ValueId scale = AddRounded(graph, norm->name + "_scale", {channels}, both.scale);
  const ValueId bias = AddRounded(graph, norm->name + "_bias", {channels}, both.shift);
  if (scale == kNoValue || bias == kNoValue) return false;
  SetInput(norm, 1, scale);
  if (both.shifts() || InputOf(*norm, 2) != kNoValue) SetInput(norm, 2, bias);
  return true;
}

bool FoldIntoBefore(Graph* graph, PassLog* log, const GraphIndex& index, const Affine& affine, Node* node) {
  Node* before = index.producer(affine.x);
  if (before == nullptr || index.only_consumer(affine.x) != node || !HasNoActivation(before)) return false;
  if (!FoldIntoWeights(graph, affine, before) && !FoldIntoNorm(graph, affine, before)) return false;
  TakeOver(graph, log, before, node);
  return true;
}

// Two affine nodes into one.
bool FoldIntoAffine(Graph* graph, PassLog* log, const GraphIndex& index, const Affine& affine, Node* node) {
  Node* before = index.producer(affine.x);
  Affine first;
  if (before == nullptr || index.only_consumer(affine.x) != node || !ReadAffine(*graph, *before, &first)) return false;
  if (before->op != OpCode::Neg && !HasNoActivation(before)) return false;
  const std::string description = Describe(*before) + " and " + Describe(*node);
  if (!MakeAffine(graph, Compose(first, affine), node)) return false;
  Say(log, "folded %s into one %s", description.c_str(), OpName(node->op));
  RemoveNode(graph, before);
  return true;
}

template <typename Conv>
bool PadsNothing(const Conv& conv) {
  const bool none = (conv.pad_top | conv.pad_left | conv.pad_bottom | conv.pad_right) == 0;
  return conv.auto_pad == AutoPad::Valid || (conv.auto_pad == AutoPad::NotSet && none);
}

// Whether every element of the result sees every tap of the weight: else a shift of the input is not one of the bias.
bool SeesAllTaps(const Node& node) {
  switch (node.op) {
    case OpCode::Conv2D: return PadsNothing(node.As<format::Conv2DT>());
    case OpCode::DepthwiseConv2D: return PadsNothing(node.As<format::DepthwiseConv2DT>());
    default: return node.op == OpCode::MatMul;
  }
}

bool FoldIntoAfter(Graph* graph, PassLog* log, const GraphIndex& index, const Affine& affine, Node* node) {
  Node* after = index.only_consumer(node->outputs[0]);
  if (after == nullptr || after->inputs[0] != node->outputs[0]) return false;
  if (node->op != OpCode::Neg && !HasNoActivation(node)) return false;
  if (affine.shifts() && !SeesAllTaps(*after)) return false;
  Weights weights;
  if (!weights.Read(graph, after) || weights.inputs() != static_cast<int64_t>(affine.scale.size())) return false;
  weights.ScaleInputs(affine.scale, affine.shift);
  if (!weights.Write()) return false;
  Say(log, "folded %s into %s", Describe(*node).c_str(), Describe(*after).c_str());
  after->inputs[0] = affine.x;
  RemoveNode(graph, node);
  return true;
}

}  // namespace

Status FoldScales(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    Affine affine;
    return ReadAffine(*graph, *node, &affine) &&
           (FoldIntoBefore(graph, log, index, affine, node) || FoldIntoAffine(graph, log, index, affine, node) ||
            FoldIntoAfter(graph, log, index, affine, node));
  });
  return Status();
}

}  // namespace linnet::converter
