// Bias correction: rounded weights shift the mean of a channel; its bias takes that back.
#ifndef LINNET_CONVERTER_QUANTIZER_CORRECT_BIAS_H_
#define LINNET_CONVERTER_QUANTIZER_CORRECT_BIAS_H_

#include <vector>

#include "converter/quantizer/insert.h"
#include "converter/quantizer/statistics.h"

namespace linnet::converter {

// What to add to the bias of each output channel: sum over the weights w of (w - rounded w) * mean of x's channel that w
// reads. Empty where x has no means by channel.
std::vector<double> BiasShift(const Graph& graph, const Node& node, const WeightPlan& plan, const TensorStatistics& x);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_CORRECT_BIAS_H_
