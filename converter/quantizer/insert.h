// What is computed in int8 and with which scales, put into a graph as pairs of QuantizeLinear and DequantizeLinear.
#ifndef LINNET_CONVERTER_QUANTIZER_INSERT_H_
#define LINNET_CONVERTER_QUANTIZER_INSERT_H_

#include <map>
#include <vector>

#include "converter/quantizer/ranges.h"
#include "converter/quantizer/sites.h"

namespace linnet::converter {

// How a weight is rounded: symmetric, [-127, 127], one scale per output channel.
struct WeightPlan {
  std::vector<float> scale;
  std::vector<double> bias_shift;  // bias correction; empty: none
};

struct QuantizationPlan {
  std::vector<Site> sites;
  std::map<ValueId, AffineInt8> tensors;   // activations that sites read or write
  std::map<size_t, WeightPlan> weights;    // of weighted sites, by node
};

// The plan's `sites` without nodes in `kept` and what depends on them, with the tensors and weights that are then needed.
QuantizationPlan Reduced(const QuantizationPlan& plan, const Graph& graph, const std::set<size_t>& kept);

enum class Rounding {
  kStored,     // weights become int8 constants, biases int32, each with a DequantizeLinear: what is written
  kSimulated,  // weights and biases are rounded and stay float: the same numbers, faster to run
};

//   %y = Conv2D(%x, %w, %b)     ->   %xq = QuantizeLinear(%x, %xs, %xz)      %xd = DequantizeLinear(%xq, %xs, %xz)
//                                    %wd = DequantizeLinear(%wq, %ws)        %bd = DequantizeLinear(%bq, %xs * %ws)
//                                    %yf = Conv2D(%xd, %wd, %bd)
//                                    %yq = QuantizeLinear(%yf, %ys, %yz)     %y = DequantizeLinear(%yq, %ys, %yz)
//
// A tensor that a site computes is read by all as int8 rounds it; one that float computes by sites only. Without any site,
// every listed tensor is rounded for all, and every listed weight. Weights are read from `original`, of which `graph` is
// a clone (perhaps with packed weights).
void InsertQuantization(const Graph& original, const QuantizationPlan& plan, Rounding rounding, Graph* graph);

// Scales of the weight of a weighted site: the largest magnitude of a channel is 127 steps, and more where the bias
// would not fit int32 in steps of input_scale * scale.
WeightPlan PlanWeight(const Graph& graph, const Node& node, float input_scale);

// Type and shape of a value that is like another.
void CopyShape(const Value& from, Value* to);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_INSERT_H_
