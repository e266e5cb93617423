// How far a quantised graph is from the float graph, by what comes out.
#ifndef LINNET_CONVERTER_QUANTIZER_COMPARE_OUTPUTS_H_
#define LINNET_CONVERTER_QUANTIZER_COMPARE_OUTPUTS_H_

#include <string>
#include <vector>

#include "converter/quantizer/statistics.h"

namespace linnet::converter {

// Of one output over a set of samples.
struct OutputComparison {
  std::string name;
  double noise = 0;   // sum of squared differences
  double signal = 0;  // sum of squares in float
  // Predictions: rows along the last axis of a float output of rank 2 or 3, of which the largest element counts; elements
  // of an integer output. 0: the output makes none.
  int64_t predictions = 0;
  int64_t changed = 0;  // of which int8 makes another one

  double relative_noise() const { return signal > 0 ? noise / signal : noise; }
  double sqnr_db() const;
  // Percent of the predictions that change; where there are none, the noise in percent of the signal.
  double drop() const;
};

struct Comparison {
  std::string set;  // "calibration", "held-out"
  size_t samples = 0;
  std::vector<OutputComparison> outputs;
  double relative_noise = 0;  // mean over what is measured before a final Softmax or Sigmoid
  double drop() const;        // of the worst output
  // Whether no output drops by more than so many percent. Of few predictions one may change, unless most is 0.
  bool Within(double most) const;
};

double Decibels(double relative_noise);

// Where noise is measured: the outputs, but before the functions that flatten it (Softmax, Sigmoid).
std::vector<ValueId> MeasuredValues(const Graph& graph);

// The float graph's outputs for some samples, which must outlive this.
class Reference {
 public:
  static Result<Reference> Create(const Graph& graph, const SampleSet& set, std::vector<size_t> which);
  // REQUIRES: a graph with the same inputs and outputs. Errors: those of running it.
  Result<Comparison> Compare(const Graph& candidate) const;

 private:
  struct Output {
    std::vector<std::vector<double>> values;  // by sample
  };
  const SampleSet* set_ = nullptr;
  std::vector<size_t> which_;
  std::vector<Output> points_, outputs_;
};

// Indices of up to `most` of n samples, spread over all of them.
std::vector<size_t> SpreadSamples(size_t n, size_t most);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_COMPARE_OUTPUTS_H_
