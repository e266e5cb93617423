#include "converter/quantizer/correct_bias.h"

#include <algorithm>
#include <cmath>

#include "converter/passes/weights.h"

namespace linnet::converter {

std::vector<double> BiasShift(const Graph& graph, const Node& node, const WeightPlan& plan, const TensorStatistics& x) {
  Weights weights;
  if (!weights.Read(const_cast<Graph*>(&graph), const_cast<Node*>(&node))) return {};
  if (x.channel_mean.size() != static_cast<size_t>(weights.inputs())) return {};
  std::vector<double> shift(static_cast<size_t>(weights.outputs()), 0);
  for (size_t i = 0; i < weights.weight().size(); ++i) {
    const size_t channel = static_cast<size_t>(weights.OutputOf(static_cast<int64_t>(i)));
    const double scale = plan.scale[channel], exact = weights.weight()[i];
    const double rounded = std::min(std::max(std::nearbyint(exact / scale), -127.0), 127.0) * scale;
    shift[channel] += (exact - rounded) * x.channel_mean[static_cast<size_t>(weights.InputOf(static_cast<int64_t>(i)))];
  }
  return shift;
}

}  // namespace linnet::converter
