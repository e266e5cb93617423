// Cross-layer equalisation: scales between two layers, so that the channels between them use the steps of int8 alike.
#ifndef LINNET_CONVERTER_QUANTIZER_EQUALIZE_H_
#define LINNET_CONVERTER_QUANTIZER_EQUALIZE_H_

#include <vector>

#include "converter/quantizer/statistics.h"

namespace linnet::converter {

// Two weighted nodes, the second the only reader of the first, with nothing between them but the first's Clamp from zero.
struct LayerPair {
  size_t first, second;  // indices in Graph::nodes()
};
std::vector<LayerPair> FindLayerPairs(const Graph& graph);

// The factors by which the channels between are to be multiplied; empty where there is nothing to gain or nothing known.
//
// Weights have one scale per output channel, so what counts is how the channels of the tensor between share one scale,
// and how the input channels of the second weight share theirs. A depthwise second weight has nothing to lose: all
// channels get the range of the largest. A dense one meets half way: channel c is multiplied by sqrt(w[c] / r[c]), r its
// range and w the largest weight that reads it, times what lets the largest range stay.
// Under a Clamp with an upper bound, a channel that reaches the bound keeps its scale, and the others stay well below it, so
// that the bound still cuts what it cut.
std::vector<double> EqualizingFactors(const Graph& graph, const LayerPair& pair, const TensorStatistics& between);

// Multiplies output channels of the first and divides input channels of the second: the function in float stays. False, and
// nothing changed, where a weight leaves float32.
bool ApplyFactors(const LayerPair& pair, const std::vector<double>& factors, Graph* graph);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_EQUALIZE_H_
