#include "converter/quantizer/equalize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "converter/passes/activations.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/weights.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;
using format::OpCode;

constexpr size_t kResidual = 3;
constexpr double kLargestFactor = 256;
// Channels that are scaled end this far below the bound of a Clamp, as data beyond the calibration's may be larger.
constexpr double kBelowBound = 1.5;
constexpr double kWorthwhile = 1.05;

// Whether activation(f * x) = f * activation(x) for f > 0, up to an upper bound.
bool KeepsFactors(const Node& node) {
  const format::Activation* activation = FusedActivation(const_cast<Node*>(&node));
  if (activation == nullptr || activation->kind() == ActivationKind::None) return true;
  return activation->kind() == ActivationKind::Clamp && activation->lo() == 0 && activation->hi() > 0;
}

double UpperBound(const Node& node) {
  const format::Activation* activation = FusedActivation(const_cast<Node*>(&node));
  return activation != nullptr && activation->kind() == ActivationKind::Clamp ? activation->hi()
                                                                              : std::numeric_limits<double>::infinity();
}

// The largest weight that reads each input channel.
std::vector<double> LargestWeights(const Weights& weights) {
  std::vector<double> most(static_cast<size_t>(weights.inputs()), 0);
  for (size_t i = 0; i < weights.weight().size(); ++i) {
    double& channel = most[static_cast<size_t>(weights.InputOf(static_cast<int64_t>(i)))];
    channel = std::max(channel, std::fabs(weights.weight()[i]));
  }
  return most;
}

}  // namespace

std::vector<LayerPair> FindLayerPairs(const Graph& graph) {
  const GraphIndex index(graph);
  std::map<const Node*, size_t> positions;
  for (size_t i = 0; i < graph.nodes().size(); ++i) positions[graph.nodes()[i].get()] = i;
  std::vector<LayerPair> pairs;
  for (const auto& node : graph.nodes()) {
    Weights weights, next;
    if (!weights.Read(const_cast<Graph*>(&graph), node.get()) || !KeepsFactors(*node)) continue;
    if (InputOf(*node, kResidual) != kNoValue) continue;
    Node* second = index.only_consumer(node->outputs[0]);
    if (second == nullptr || second->inputs[0] != node->outputs[0]) continue;
    if (std::count(second->inputs.begin(), second->inputs.end(), node->outputs[0]) != 1) continue;
    if (!next.Read(const_cast<Graph*>(&graph), second) || next.inputs() != weights.outputs()) continue;
    pairs.push_back({positions[node.get()], positions[second]});
  }
  return pairs;
}

std::vector<double> EqualizingFactors(const Graph& graph, const LayerPair& pair, const TensorStatistics& between) {
  const Node &first = *graph.nodes()[pair.first], &second = *graph.nodes()[pair.second];
  Weights next;
  if (!next.Read(const_cast<Graph*>(&graph), const_cast<Node*>(&second))) return {};
  const size_t channels = static_cast<size_t>(next.inputs());
  if (between.channel_most.size() != channels) return {};
  const bool depthwise = second.op == OpCode::DepthwiseConv2D;
  const std::vector<double> weight = LargestWeights(next);
  std::vector<double> range(channels), factors(channels, 1);
  double largest = 0, largest_product = 0;
  for (size_t c = 0; c < channels; ++c) {
    range[c] = std::max(std::fabs(between.channel_least[c]), std::fabs(between.channel_most[c]));
    largest = std::max(largest, range[c]);
    largest_product = std::max(largest_product, std::sqrt(range[c] * weight[c]));
  }
  if (!(largest > 0) || !(largest_product > 0)) return {};
  const double bound = UpperBound(first);
  double gain = 1;
  for (size_t c = 0; c < channels; ++c) {
    if (range[c] == 0 || weight[c] == 0 || range[c] * kBelowBound > bound) continue;
    double factor = largest / range[c];
    if (!depthwise) factor = std::sqrt(weight[c] / range[c]) * largest / largest_product;
    factor = std::min(factor, std::min(kLargestFactor, bound / kBelowBound / range[c]));
    factors[c] = std::max(factor, 1 / kLargestFactor);
    gain = std::max({gain, factors[c], 1 / factors[c]});
  }
  return gain < kWorthwhile ? std::vector<double>() : factors;
}

bool ApplyFactors(const LayerPair& pair, const std::vector<double>& factors, Graph* graph) {
  Node *first = graph->nodes()[pair.first].get(), *second = graph->nodes()[pair.second].get();
  Weights weights, next;
  if (!weights.Read(graph, first) || !next.Read(graph, second)) return false;
  std::vector<double> inverse;
  for (double factor : factors) inverse.push_back(1 / factor);
  const std::vector<double> none(factors.size(), 0);
  weights.ScaleOutputs(factors, none);
  next.ScaleInputs(inverse, none);
  const std::vector<ValueId> inputs = first->inputs;
  if (!weights.Write()) return false;
  if (next.Write()) return true;
  first->inputs = inputs;
  return false;
}

}  // namespace linnet::converter
