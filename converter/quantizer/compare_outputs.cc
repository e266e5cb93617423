#include "converter/quantizer/compare_outputs.h"

#include <algorithm>
#include <cmath>

#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

using format::OpCode;

std::vector<double> ValuesOf(const Tensor& tensor) {
  return ToDoubles(tensor.type(), tensor.raw_data(), static_cast<size_t>(tensor.shape().elements()));
}

bool IsFloatType(ElementType type) {
  return type == ElementType::kFloat32 || type == ElementType::kFloat64 || type == ElementType::kFloat16;
}

void CountChangedRows(size_t row, const std::vector<double>& expected, const std::vector<double>& found,
                      OutputComparison* result) {
  const auto largest = [row](const std::vector<double>& values, size_t i) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(i);
    return std::max_element(first, first + static_cast<std::ptrdiff_t>(row)) - first;
  };
  for (size_t i = 0; i < expected.size(); i += row) {
    ++result->predictions;
    result->changed += largest(expected, i) != largest(found, i);
  }
}

// Adds one sample's difference.
void AddDifference(const Tensor& tensor, const std::vector<double>& expected, OutputComparison* result) {
  const std::vector<double> found = ValuesOf(tensor);
  if (found.size() != expected.size()) {  // a size that depends on values which changed
    result->noise += 1;
    return;
  }
  const Difference difference = Compare(expected, found);
  result->noise += difference.noise;
  result->signal += difference.signal;
  const int rank = tensor.shape().rank();
  if (!IsFloatType(tensor.type())) {
    for (size_t i = 0; i < expected.size(); ++i) result->changed += expected[i] != found[i];
    result->predictions += static_cast<int64_t>(expected.size());
  } else if ((rank == 2 || rank == 3) && tensor.shape().back() > 1) {
    CountChangedRows(static_cast<size_t>(tensor.shape().back()), expected, found, result);
  }
}

}  // namespace

std::vector<ValueId> MeasuredValues(const Graph& graph) {
  const GraphIndex index(graph);
  std::vector<ValueId> values;
  for (ValueId id : graph.outputs) {
    const Node* node = index.producer(id);
    const bool flattens = node != nullptr && (node->op == OpCode::Softmax || node->op == OpCode::LogSoftmax ||
                                              node->op == OpCode::Sigmoid);
    values.push_back(flattens ? node->inputs[0] : id);
  }
  return values;
}

double Decibels(double relative_noise) {
  constexpr double kNone = 200;  // exactly equal
  return relative_noise > 0 ? std::min(-10 * std::log10(relative_noise), kNone) : kNone;
}

double OutputComparison::sqnr_db() const { return Decibels(relative_noise()); }

double OutputComparison::drop() const {
  return predictions > 0 ? 100.0 * static_cast<double>(changed) / static_cast<double>(predictions)
                         : 100 * relative_noise();
}

double Comparison::drop() const {
  double worst = 0;
  for (const OutputComparison& output : outputs) worst = std::max(worst, output.drop());
  return worst;
}

bool Comparison::Within(double most) const {
  return std::all_of(outputs.begin(), outputs.end(), [most](const OutputComparison& output) {
    if (output.predictions == 0) return output.drop() <= most;
    constexpr double kRounding = 1e-9;
    return static_cast<double>(output.changed) <= std::ceil(most / 100 * static_cast<double>(output.predictions) - kRounding);
  });
}

std::vector<size_t> SpreadSamples(size_t n, size_t most) {
  std::vector<size_t> which;
  const size_t count = std::min(n, most);
  for (size_t i = 0; i < count; ++i) which.push_back(i * n / count);
  return which;
}

Result<Reference> Reference::Create(const Graph& graph, const SampleSet& set, std::vector<size_t> which) {
  Reference reference;
  reference.set_ = &set;
  reference.which_ = std::move(which);
  std::vector<ValueId> values = MeasuredValues(graph);
  const size_t count = values.size();
  values.insert(values.end(), graph.outputs.begin(), graph.outputs.end());
  reference.points_.resize(count);
  reference.outputs_.resize(count);
  GraphRunner runner(graph, values);
  for (size_t sample : reference.which_) {
    LINNET_RETURN_IF_ERROR(runner.Run(set.samples[sample]));
    for (size_t i = 0; i < count; ++i) {
      reference.points_[i].values.push_back(ValuesOf(runner.Output(i)));
      reference.outputs_[i].values.push_back(ValuesOf(runner.Output(count + i)));
    }
  }
  return reference;
}

Result<Comparison> Reference::Compare(const Graph& candidate) const {
  Comparison result;
  result.samples = which_.size();
  const size_t count = outputs_.size();
  std::vector<ValueId> values = MeasuredValues(candidate);
  values.insert(values.end(), candidate.outputs.begin(), candidate.outputs.end());
  std::vector<OutputComparison> points(count);
  result.outputs.resize(count);
  GraphRunner runner(candidate, values);
  for (size_t s = 0; s < which_.size(); ++s) {
    LINNET_RETURN_IF_ERROR(runner.Run(set_->samples[which_[s]]));
    for (size_t i = 0; i < count; ++i) {
      AddDifference(runner.Output(i), points_[i].values[s], &points[i]);
      AddDifference(runner.Output(count + i), outputs_[i].values[s], &result.outputs[i]);
    }
  }
  for (size_t i = 0; i < count; ++i) {
    result.outputs[i].name = candidate.value(candidate.outputs[i]).name;
    result.relative_noise += points[i].relative_noise() / static_cast<double>(count);
  }
  return result;
}

}  // namespace linnet::converter
