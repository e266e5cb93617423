// Which tensors share one scale.
#ifndef LINNET_CONVERTER_QUANTIZER_TENSOR_GROUPS_H_
#define LINNET_CONVERTER_QUANTIZER_TENSOR_GROUPS_H_

#include <vector>

#include "converter/quantizer/sites.h"
#include "converter/quantizer/statistics.h"

namespace linnet::converter {

// The activations that sites read or write, constants left out: those that same_scale sites tie together in one group. A
// Concat ties only what has a similar range, since a narrow input would lose its steps to a wide one; else its result has a
// scale of its own, and inputs are rescaled. In the order of the graph.
std::vector<std::vector<ValueId>> GroupTensors(const Graph& graph, const std::vector<Site>& sites,
                                               const Statistics& statistics);

// The values that GroupTensors groups.
std::vector<ValueId> SiteTensors(const Graph& graph, const std::vector<Site>& sites);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_TENSOR_GROUPS_H_
