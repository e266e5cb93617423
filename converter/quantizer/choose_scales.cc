#include "converter/quantizer/choose_scales.h"

#include <algorithm>
#include <cmath>

#include "converter/passes/constants.h"
#include "converter/quantizer/correct_bias.h"

namespace linnet::converter {
namespace {

// A method must be that much better than one before it in the list, and a bias correction than none.
constexpr double kBetter = 0.98;

bool Alike(const Range& a, const Range& b) {
  const float within = 0.01f * std::max(a.hi - a.lo, b.hi - b.lo);
  return std::fabs(a.lo - b.lo) <= within && std::fabs(a.hi - b.hi) <= within;
}

}  // namespace

Result<TensorChoice> ChooseTensorScale(const Simulation& simulation, const std::vector<ValueId>& tensors,
                                       const Histogram& histogram, RangeMethod method) {
  std::vector<RangeMethod> methods = {method};
  if (method == RangeMethod::kAuto) {
    methods = {RangeMethod::kMinMax, RangeMethod::kMse, RangeMethod::kPercentile, RangeMethod::kEntropy};
  }
  TensorChoice best;
  best.tensors = tensors;
  std::vector<Range> tried;
  for (RangeMethod candidate : methods) {
    const Range range = ChooseRange(histogram, candidate);
    if (std::any_of(tried.begin(), tried.end(), [&](const Range& other) { return Alike(range, other); })) continue;
    QuantizationPlan plan;
    const AffineInt8 quantization = QuantizationOf(range);
    for (ValueId id : tensors) plan.tensors[id] = quantization;
    Result<double> noise = simulation.Noise(plan);
    if (!noise.ok()) return std::move(noise.status());
    if (tried.empty() || *noise < best.noise * kBetter) {
      best.quantization = quantization;
      best.method = candidate;
      best.noise = *noise;
      best.saturation = Saturation(histogram, RangeOf(quantization));
    }
    tried.push_back(range);
  }
  return best;
}

Result<WeightChoice> ChooseWeight(const Simulation& simulation, const Graph& graph, size_t node, float input_scale,
                                  const TensorStatistics& x) {
  WeightChoice choice;
  choice.plan = PlanWeight(graph, *graph.nodes()[node], input_scale);
  QuantizationPlan plan;
  plan.weights[node] = choice.plan;
  Result<double> noise = simulation.Noise(plan);
  if (!noise.ok()) return std::move(noise.status());
  choice.noise = *noise;
  plan.weights[node].bias_shift = BiasShift(graph, *graph.nodes()[node], choice.plan, x);
  if (plan.weights[node].bias_shift.empty()) return choice;
  Result<double> corrected = simulation.Noise(plan);
  if (!corrected.ok()) return std::move(corrected.status());
  if (*corrected < choice.noise * kBetter) {
    choice.plan = plan.weights[node];
    choice.noise = *corrected;
  }
  return choice;
}

AffineInt8 ScaleOfConstant(const Value& constant) {
  Range range;
  for (double value : ReadDoubles(constant)) {
    range.lo = std::min(range.lo, static_cast<float>(value));
    range.hi = std::max(range.hi, static_cast<float>(value));
  }
  return QuantizationOf(range);
}

}  // namespace linnet::converter
