// Measures what rounding costs: runs a graph with some of its tensors and weights rounded, and compares its outputs.
#ifndef LINNET_CONVERTER_QUANTIZER_SIMULATION_H_
#define LINNET_CONVERTER_QUANTIZER_SIMULATION_H_

#include <map>
#include <memory>
#include <vector>

#include "converter/quantizer/compare_outputs.h"
#include "converter/quantizer/insert.h"

namespace linnet::converter {

class Simulation {
 public:
  // The graph and the set must outlive the simulation and stay as they are. Measures noise over few samples, drops over
  // more of them.
  static Result<std::unique_ptr<Simulation>> Create(const Graph& graph, const SampleSet& set);

  // The noise of the outputs relative to their signal, with the plan's roundings. Runs only what hangs on them.
  Result<double> Noise(const QuantizationPlan& plan) const;
  // The whole comparison, over more samples.
  Result<Comparison> Compare(const QuantizationPlan& plan) const;
  // Noise relative to signal of the first result of each of the plan's sites, as the plan's graph computes it.
  Result<std::vector<double>> SiteNoise(const QuantizationPlan& plan) const;

 private:
  Simulation(const Graph& graph, const SampleSet& set) : graph_(graph), set_(set) {}
  Result<Graph> Rounded(const QuantizationPlan& plan) const;

  const Graph& graph_;
  const SampleSet& set_;
  Status Cache();
  size_t ManySamples() const;

  Graph packed_;  // as graph_, with weights in the order of kernels
  Reference many_;
  // Of the float graph, for a few samples: all values that nodes compute, and the graph's inputs.
  std::vector<std::map<ValueId, HostTensor>> values_;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_SIMULATION_H_
