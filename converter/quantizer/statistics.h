// What the tensors of a graph hold while it runs over calibration data.
#ifndef LINNET_CONVERTER_QUANTIZER_STATISTICS_H_
#define LINNET_CONVERTER_QUANTIZER_STATISTICS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "converter/quantizer/histogram.h"
#include "converter/quantizer/ranges.h"
#include "converter/quantizer/runner.h"

namespace linnet::converter {

struct SampleSet {
  std::vector<Sample> samples;
  std::vector<std::string> names;  // of the samples, for messages: "cat.png", "batch.npy[3]"
  std::string label;               // for reports; "" is what CalibrationData says the set is
};

// Of one float32 tensor over all samples.
struct TensorStatistics {
  float least = 0, most = 0;
  // Of each index of the last axis; empty where that axis has other sizes in other samples.
  std::vector<float> channel_least, channel_most;
  std::vector<double> channel_mean;
  uint64_t rows = 0;  // values of one channel

  bool constant() const { return least == most; }
  // With zero, as a range must hold it.
  Range range() const { return {least < 0 ? least : 0, most > 0 ? most : 0}; }
  // For values multiplied by factors (> 0) per channel. REQUIRES: channels.
  void ScaleChannels(const std::vector<double>& factors);
};
using Statistics = std::map<ValueId, TensorStatistics>;

// Work done, from 0 to 1; may be empty.
using Progress = std::function<void(double done)>;

// Runs the graph over the samples. Errors: kInvalidArgument where a value is NaN or infinite (names tensor, node and
// sample), and those of running.
Result<Statistics> CollectStatistics(const Graph& graph, const std::vector<ValueId>& values, const SampleSet& set,
                                     const Progress& progress);

// One histogram for each group of values, over a range that holds all of the group: groups[i] are the values that share
// ranges[i]. REQUIRES: finite values.
Result<std::vector<Histogram>> CollectHistograms(const Graph& graph, const std::vector<std::vector<ValueId>>& groups,
                                                 const std::vector<Range>& ranges, const SampleSet& set,
                                                 const Progress& progress);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_STATISTICS_H_
