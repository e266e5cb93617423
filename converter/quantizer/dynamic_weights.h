// Weights of matrix products in int8, with activations quantised in the run.
#ifndef LINNET_CONVERTER_QUANTIZER_DYNAMIC_WEIGHTS_H_
#define LINNET_CONVERTER_QUANTIZER_DYNAMIC_WEIGHTS_H_

#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

//   %y = MatMul(%a, %b, %bias)   ->   %y = QDynamicMatMul(%a, %b_int8, %bias, -, %b_scale, %b_sum)
//
// for constant matrices b, each column with a scale of its own. Nodes named in `kept` stay. Returns how many it rewrote.
int QuantizeDynamically(const std::vector<std::string>& kept, Graph* graph);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_DYNAMIC_WEIGHTS_H_
