#include "converter/quantizer/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace linnet::converter {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// "tensor 'x' of Conv2D 'conv1'", "input 'x'"
std::string DescribeValue(const Graph& graph, ValueId id) {
  const GraphIndex index(graph);
  const Node* producer = index.producer(id);
  const std::string name = "'" + graph.value(id).name + "'";
  if (producer == nullptr) return "input " + name;
  return "tensor " + name + " of " + OpName(producer->op) + " '" + producer->name + "'";
}

// Adds a tensor's values. False if one is NaN or infinite.
bool AddValues(const Tensor& tensor, bool first, TensorStatistics* s) {
  const float* x = tensor.data<float>();
  const size_t channels = tensor.shape().rank() > 0 ? static_cast<size_t>(tensor.shape().back()) : 1;
  const size_t n = static_cast<size_t>(tensor.shape().elements());
  if (n == 0) return true;
  if (first) {
    s->least = kInfinity;
    s->most = -kInfinity;
    s->channel_least.assign(channels, kInfinity);
    s->channel_most.assign(channels, -kInfinity);
    s->channel_mean.assign(channels, 0);
  }
  const bool by_channel = s->channel_least.size() == channels;
  if (!by_channel) {
    s->channel_least.clear();
    s->channel_most.clear();
    s->channel_mean.clear();
  }
  for (size_t row = 0; row < n; row += channels) {
    for (size_t c = 0; c < channels; ++c) {
      const float value = x[row + c];
      if (!std::isfinite(value)) return false;
      s->least = std::min(s->least, value);
      s->most = std::max(s->most, value);
      if (!by_channel) continue;
      s->channel_least[c] = std::min(s->channel_least[c], value);
      s->channel_most[c] = std::max(s->channel_most[c], value);
      s->channel_mean[c] += value;  // a sum until all are in
    }
  }
  s->rows += n / channels;
  return true;
}

}  // namespace

void TensorStatistics::ScaleChannels(const std::vector<double>& factors) {
  least = kInfinity;
  most = -kInfinity;
  for (size_t c = 0; c < factors.size(); ++c) {
    channel_least[c] = static_cast<float>(channel_least[c] * factors[c]);
    channel_most[c] = static_cast<float>(channel_most[c] * factors[c]);
    channel_mean[c] *= factors[c];
    least = std::min(least, channel_least[c]);
    most = std::max(most, channel_most[c]);
  }
}

Result<Statistics> CollectStatistics(const Graph& graph, const std::vector<ValueId>& values, const SampleSet& set,
                                     const Progress& progress) {
  GraphRunner runner(graph, values);
  Statistics statistics;
  for (size_t i = 0; i < set.samples.size(); ++i) {
    if (progress) progress(static_cast<double>(i) / static_cast<double>(set.samples.size()));
    Status status = runner.Run(set.samples[i]);
    if (!status.ok()) return std::move(status).WithPrefix(set.names[i].c_str());
    for (size_t v = 0; v < values.size(); ++v) {
      TensorStatistics& s = statistics[values[v]];
      if (AddValues(runner.Output(v), s.rows == 0, &s)) continue;
      return Status::Error(StatusCode::kInvalidArgument, "%s is NaN or infinite for calibration data '%s'",
                           DescribeValue(graph, values[v]).c_str(), set.names[i].c_str());
    }
  }
  for (auto& [id, s] : statistics) {
    for (double& sum : s.channel_mean) sum /= static_cast<double>(std::max<uint64_t>(s.rows, 1));
  }
  return statistics;
}

Result<std::vector<Histogram>> CollectHistograms(const Graph& graph, const std::vector<std::vector<ValueId>>& groups,
                                                 const std::vector<Range>& ranges, const SampleSet& set,
                                                 const Progress& progress) {
  std::vector<Histogram> histograms;
  std::vector<ValueId> values;
  std::vector<size_t> group_of;
  for (size_t g = 0; g < groups.size(); ++g) {
    histograms.emplace_back(ranges[g].lo, ranges[g].hi);
    values.insert(values.end(), groups[g].begin(), groups[g].end());
    group_of.resize(values.size(), g);
  }
  GraphRunner runner(graph, values);
  for (size_t i = 0; i < set.samples.size(); ++i) {
    if (progress) progress(static_cast<double>(i) / static_cast<double>(set.samples.size()));
    Status status = runner.Run(set.samples[i]);
    if (!status.ok()) return std::move(status).WithPrefix(set.names[i].c_str());
    for (size_t v = 0; v < values.size(); ++v) {
      const Tensor& tensor = runner.Output(v);
      histograms[group_of[v]].Add(tensor.data<float>(), static_cast<size_t>(tensor.shape().elements()));
    }
  }
  return histograms;
}

}  // namespace linnet::converter
