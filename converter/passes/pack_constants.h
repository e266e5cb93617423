// Weights in the order that kernels read, for the pass that packs all and for those that make nodes with packed weights.
#ifndef LINNET_CONVERTER_PASSES_PACK_CONSTANTS_H_
#define LINNET_CONVERTER_PASSES_PACK_CONSTANTS_H_

#include "converter/graph.h"

namespace linnet::converter {

// A new constant like the plain one that input `input` of the node is, in the order that the node's kernel reads. kNoValue
// where the op reads it as it is.
ValueId PackWeight(Graph* graph, const Node& node, size_t input);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_PACK_CONSTANTS_H_
