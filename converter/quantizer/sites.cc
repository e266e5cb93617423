#include "converter/quantizer/sites.h"

#include <algorithm>
#include <map>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/head_view.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/weights.h"
#include "converter/quantizer/insert.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;
using format::OpCode;

// Sums of more products could leave an int32, together with a bias of 30 bits and what the zero point of x adds to it.
constexpr int64_t kLongestSum = (int64_t{1} << 30) / (128 * 256);

constexpr size_t kResidual = 3;

struct ActivationOp {
  ActivationKind kind;
  OpCode op;
};
constexpr ActivationOp kActivationOps[] = {
    {ActivationKind::Sigmoid, OpCode::Sigmoid},     {ActivationKind::Tanh, OpCode::Tanh},
    {ActivationKind::HardSigmoid, OpCode::HardSigmoid}, {ActivationKind::HardSwish, OpCode::HardSwish},
    {ActivationKind::Silu, OpCode::Silu},           {ActivationKind::Gelu, OpCode::Gelu},
    {ActivationKind::GeluTanh, OpCode::GeluTanh},   {ActivationKind::LeakyRelu, OpCode::LeakyRelu},
    {ActivationKind::Elu, OpCode::Elu},             {ActivationKind::Softplus, OpCode::Softplus},
    {ActivationKind::Mish, OpCode::Mish}};

bool IsWeighted(OpCode op) {
  return op == OpCode::Conv2D || op == OpCode::DepthwiseConv2D || op == OpCode::ConvTranspose2D || op == OpCode::MatMul;
}

bool IsFloatActivation(const Graph& graph, ValueId id) {
  return id != kNoValue && !graph.value(id).is_constant() && graph.value(id).type == ElementType::kFloat32;
}

// Convolution or MatMul with constant weights; MatMul of two activations.
bool TakeWeighted(const Graph& graph, const Node& node, Site* site) {
  Weights weights;
  // Reads only.
  site->weighted = weights.Read(const_cast<Graph*>(&graph), const_cast<Node*>(&node));
  if (site->weighted) {
    const int64_t sum = graph.value(node.inputs[1]).shape.elements() / weights.outputs();
    if (sum > kLongestSum) return false;
    site->inputs = {0};
  } else {
    if (node.op != OpCode::MatMul || HasHeads(node) || InputOf(node, 2) != kNoValue) return false;
    if (!IsFloatActivation(graph, node.inputs[1])) return false;
    const Value& a = graph.value(node.inputs[0]);
    if (!a.has_shape || a.shape.rank() < 2 || a.shape.back() > kLongestSum) return false;
    site->inputs = {0, 1};
  }
  if (InputOf(node, kResidual) != kNoValue) site->inputs.push_back(kResidual);
  return true;
}

// Pads with zero, which every scale represents.
bool PadsZeros(const Graph& graph, const Node& node) {
  constexpr size_t kValue = 2;
  double number = 0;
  return InputOf(node, kValue) == kNoValue || (ReadScalar(graph, node.inputs[kValue], &number) && number == 0);
}

// Ops that hand values on. Nearest Resize is one, linear Resize nearly so: its result keeps the scale of x.
bool TakeSameScale(const Graph& graph, const Node& node, Site* site) {
  site->same_scale = true;
  site->inputs = {0};
  switch (node.op) {
    case OpCode::Reshape:
    case OpCode::Flatten:
    case OpCode::Squeeze:
    case OpCode::Unsqueeze:
    case OpCode::Transpose:
    case OpCode::Slice:
    case OpCode::Split:
    case OpCode::Gather: return true;
    case OpCode::MaxPool: return node.outputs.size() == 1;
    case OpCode::Pad: return PadsZeros(graph, node);
    case OpCode::Resize: return node.As<format::ResizeT>().mode != format::ResizeMode::Cubic;
    case OpCode::Concat:
      for (size_t i = 1; i < node.inputs.size(); ++i) site->inputs.push_back(i);
      return true;
    default: return false;
  }
}

// Ops whose result has a scale of its own.
bool TakeComputed(const Graph& graph, const Node& node, Site* site) {
  site->same_scale = false;
  site->inputs = {0};
  format::Activation unused;
  switch (node.op) {
    case OpCode::Add:
    case OpCode::Sub:
    case OpCode::Mul: site->inputs = {0, 1}; return true;
    case OpCode::AveragePool:
    case OpCode::ReduceMean: return true;
    default: return ToActivation(graph, node, &unused);
  }
}

bool HasFloatOperands(const Graph& graph, const Node& node, const Site& site) {
  bool any_activation = false;
  for (size_t i : site.inputs) {
    const ValueId id = InputOf(node, i);
    if (id == kNoValue || graph.value(id).type != ElementType::kFloat32) return false;
    any_activation |= !graph.value(id).is_constant();
    // A constant stands for an activation in Add, Sub, Mul only.
    if (graph.value(id).is_constant() && !IsPlainConstant(graph, id, ElementType::kFloat32)) return false;
    if (graph.value(id).is_constant() && (site.same_scale || site.weighted || node.op == OpCode::MatMul)) return false;
  }
  for (ValueId id : node.outputs) {
    if (id == kNoValue || graph.value(id).type != ElementType::kFloat32) return false;
  }
  return any_activation && !node.outputs.empty();
}

}  // namespace

bool IsQuantizable(const Graph& graph, const Node& node, Site* site) {
  *site = Site{site->node, false, false, {}};
  if (HasHeads(node)) return false;
  const bool known = IsWeighted(node.op) ? TakeWeighted(graph, node, site)
                                         : TakeSameScale(graph, node, site) || TakeComputed(graph, node, site);
  if (!known || !HasFloatOperands(graph, node, *site)) return false;
  const format::Activation* activation = FusedActivation(const_cast<Node*>(&node));
  return activation == nullptr || activation->kind() == ActivationKind::None ||
         activation->kind() == ActivationKind::Clamp;
}

void SplitActivations(Graph* graph) {
  for (size_t i = 0; i < graph->nodes().size(); ++i) {
    Node* node = graph->nodes()[i].get();
    const bool takes_clamp = IsWeighted(node->op) || node->op == OpCode::Add || node->op == OpCode::Sub || node->op == OpCode::Mul;
    format::Activation* activation = takes_clamp ? FusedActivation(node) : nullptr;
    if (activation == nullptr) continue;
    const auto found = std::find_if(std::begin(kActivationOps), std::end(kActivationOps),
                                    [&](const ActivationOp& row) { return row.kind == activation->kind(); });
    if (found == std::end(kActivationOps)) continue;
    const ValueId result = node->outputs[0];
    const ValueId linear = graph->AddValue(graph->UniqueName(graph->value(result).name + "_linear"));
    CopyShape(graph->value(result), &graph->value(linear));
    Node function;
    function.op = found->op;
    function.name = node->name + "_" + OpName(found->op);
    function.inputs = {linear};
    function.outputs = {result};
    if (found->op == OpCode::LeakyRelu || found->op == OpCode::Elu || found->op == OpCode::HardSigmoid) {
      format::UnaryT unary;
      unary.alpha = activation->alpha();
      unary.beta = activation->beta();
      function.attrs.Set(std::move(unary));
    }
    node->outputs[0] = linear;
    *activation = format::Activation();
    graph->InsertAfter(node, std::move(function));
    ++i;
  }
}

std::vector<Site> FindSites(const Graph& graph, const std::set<size_t>& kept) {
  std::map<size_t, Site> sites;
  std::set<ValueId> quantized;
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = *graph.nodes()[i];
    Site site{i, false, false, {}};
    if (kept.count(i) != 0 || !IsQuantizable(graph, node, &site)) continue;
    // What is no product follows one.
    const bool follows = std::any_of(site.inputs.begin(), site.inputs.end(),
                                     [&](size_t input) { return quantized.count(node.inputs[input]) != 0; });
    if (!IsWeighted(node.op) && !follows) continue;
    quantized.insert(node.outputs.begin(), node.outputs.end());
    sites.emplace(i, std::move(site));
  }
  // From the back: what feeds no int8 op and is no product.
  std::set<ValueId> wanted;
  for (size_t i = graph.nodes().size(); i-- > 0;) {
    const auto found = sites.find(i);
    if (found == sites.end()) continue;
    const Node& node = *graph.nodes()[i];
    const bool feeds = std::any_of(node.outputs.begin(), node.outputs.end(),
                                   [&](ValueId id) { return wanted.count(id) != 0; });
    if (!IsWeighted(node.op) && !feeds) {
      sites.erase(found);
      continue;
    }
    for (size_t input : found->second.inputs) wanted.insert(node.inputs[input]);
  }
  std::vector<Site> result;
  for (auto& [i, site] : sites) result.push_back(std::move(site));
  return result;
}

}  // namespace linnet::converter
