// Scales of tensors and weights, each the candidate with the least measured error.
#ifndef LINNET_CONVERTER_QUANTIZER_CHOOSE_SCALES_H_
#define LINNET_CONVERTER_QUANTIZER_CHOOSE_SCALES_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "converter/quantizer/simulation.h"
#include "converter/quantizer/statistics.h"

namespace linnet::converter {

// The scale of some tensors.
struct TensorChoice {
  std::vector<ValueId> tensors;
  AffineInt8 quantization;
  RangeMethod method = RangeMethod::kMinMax;
  double saturation = 0;
  double noise = 0;  // of the model's outputs relative to their signal if only these tensors are rounded
};

// The candidates are those of `method`, of all methods for kAuto.
Result<TensorChoice> ChooseTensorScale(const Simulation& simulation, const std::vector<ValueId>& tensors,
                                       const Histogram& histogram, RangeMethod method);

struct WeightChoice {
  WeightPlan plan;
  double noise = 0;  // if only this weight is rounded
};

// With bias correction where that lessens the noise.
Result<WeightChoice> ChooseWeight(const Simulation& simulation, const Graph& graph, size_t node, float input_scale,
                                  const TensorStatistics& x);

// The scale of a constant that stands for an activation.
AffineInt8 ScaleOfConstant(const Value& constant);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_CHOOSE_SCALES_H_
