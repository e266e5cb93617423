// Weights in half precision: half the bytes, widened by the kernels.
#ifndef LINNET_CONVERTER_QUANTIZER_HALF_WEIGHTS_H_
#define LINNET_CONVERTER_QUANTIZER_HALF_WEIGHTS_H_

#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// Rounds packed float32 panels to float16, halves to even. Weights in other orders (depthwise: few bytes) stay, and so does
// one whose values float16 cannot hold, with a line in *notes. Returns how many it rounded. REQUIRES: PackConstants.
int HalveWeights(Graph* graph, std::vector<std::string>* notes);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_HALF_WEIGHTS_H_
