#include "converter/self_check.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "converter/custom_ops.h"
#include "converter/passes/layout.h"
#include "converter/passes/quantization.h"
#include "converter/states.h"
#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

bool Fits(const HostTensor& sample, const Value& input) {
  if (sample.type != input.type || sample.shape.rank() != static_cast<int>(input.dims.size())) return false;
  for (int d = 0; d < sample.shape.rank(); ++d) {
    const int64_t size = input.dims[static_cast<size_t>(d)].size;
    if (size >= 0 && sample.shape[d] != size) return false;
  }
  return true;
}

Result<HostTensor> MakeInput(const Value& value, const ConvertOptions& options, uint64_t seed) {
  for (const HostTensor& sample : options.samples) {
    if (sample.name == value.name) return HostTensor(sample);
  }
  return RandomTensor(value.name, value.type, value.shape, seed);
}

Difference CompareTensors(const HostTensor& expected, const HostTensor& found) {
  const auto values = [](const HostTensor& tensor) {
    return ToDoubles(tensor.type, tensor.bytes.data(), static_cast<size_t>(tensor.shape.elements()));
  };
  return Compare(values(expected), values(found));
}

// Results of int8 ops that are halfway between two steps are rounded to one side by float sums and to the other by exact
// ones, and later layers carry it on: some outputs differ by several steps, most by less than one. Anything wrong with a
// scale, a zero point or an operand differs everywhere. Where many layers carry it on, or where float ops behind int8 ones
// leave no steps to count, results may differ by a part of their largest magnitude instead.
constexpr double kMostSteps = 16, kStepsRms = 1.5, kBehindInt8 = 0.05;

bool IsInt8Graph(const Graph& graph) {
  for (const auto& node : graph.nodes()) {
    if (node->op >= format::OpCode::QConv2D && node->op <= format::OpCode::QDynamicMatMul) return true;
  }
  return false;
}

// The difference between neighbouring values of an int8 tensor, or of one that was dequantised from it; 0 for others.
double StepOf(const Graph& graph, const GraphIndex& index, ValueId id) {
  const ElementType type = graph.value(id).type;
  if (type == ElementType::kInt8 || type == ElementType::kUint8) return 1;
  QuantParams params;
  const Node* node = index.producer(id);
  return IsDequantize(node) && ReadQuantParams(graph, *node, &params) && params.per_tensor() ? double{params.scale()} : 0;
}

bool IsWithin(const Graph& graph, ValueId id, const Difference& difference, double tolerance) {
  if (difference.relative() <= tolerance) return true;
  if (!IsInt8Graph(graph)) return false;
  if (difference.relative() <= kBehindInt8) return true;
  const double step = StepOf(graph, GraphIndex(graph), id);
  if (step == 0) return false;
  const double count = static_cast<double>(std::max<int64_t>(graph.value(id).shape.elements(), 1));
  return difference.largest <= kMostSteps * step && std::sqrt(difference.noise / count) <= kStepsRms * step;
}

// A deep quantised network may answer a last bit of difference with many steps: each value that is rounded to the other side moves
// others. How far it does is measured at the source itself, with inputs moved by kSelfCheckMove.
std::vector<HostTensor> MovedInputs(const std::vector<HostTensor>& inputs, uint64_t seed) {
  std::vector<HostTensor> moved = inputs;
  for (HostTensor& tensor : moved) {
    if (tensor.type != ElementType::kFloat32) continue;
    const HostTensor noise = RandomTensor(tensor.name, tensor.type, tensor.shape, seed++);
    const size_t count = static_cast<size_t>(tensor.shape.elements());
    std::vector<float> x(count), by(count);
    std::memcpy(x.data(), tensor.bytes.data(), count * sizeof(float));
    std::memcpy(by.data(), noise.bytes.data(), count * sizeof(float));
    float largest = 0;
    for (const float value : x) largest = std::isfinite(value) ? std::max(largest, std::fabs(value)) : largest;
    for (size_t i = 0; i < count; ++i) x[i] += static_cast<float>(kSelfCheckMove) * largest * by[i];
    std::memcpy(tensor.bytes.data(), x.data(), count * sizeof(float));
  }
  return moved;
}

// What the results of `graph` differ by when its inputs are moved; empty if it does not run with them.
std::vector<Difference> DifferencesWhenMoved(const Graph& graph, const std::vector<HostTensor>& inputs, const std::vector<ValueId>& results,
                                             const std::vector<HostTensor>& expected, uint64_t seed) {
  std::vector<Difference> differences;
  Result<std::vector<HostTensor>> moved = Evaluate(graph, MovedInputs(inputs, seed), results);
  if (!moved.ok()) return differences;
  for (size_t i = 0; i < expected.size() && i < moved->size(); ++i) {
    if (expected[i].shape != (*moved)[i].shape) return {};
    differences.push_back(CompareTensors(expected[i], (*moved)[i]));
  }
  return differences;
}

// No more than twice what the source differs by.
bool IsAsMoved(const Difference& difference, const Difference& moved) {
  return difference.largest <= 2 * moved.largest && difference.noise <= 4 * moved.noise;
}

// Node after which the error first passes the tolerance, among the values that both graphs still have by name.
std::string FirstWrongLayer(const Graph& imported, const std::vector<HostTensor>& imported_inputs,
                            const Graph& optimized, const std::vector<HostTensor>& optimized_inputs, double tolerance) {
  std::map<std::string, ValueId> by_name;
  for (const auto& node : imported.nodes()) {
    for (ValueId id : node->outputs) {
      if (id != kNoValue) by_name[imported.value(id).name] = id;
    }
  }
  for (const auto& node : optimized.nodes()) {
    for (ValueId id : node->outputs) {
      if (id == kNoValue) continue;
      const auto found = by_name.find(optimized.value(id).name);
      if (found == by_name.end() || imported.value(found->second).shape != optimized.value(id).shape) continue;
      Result<std::vector<HostTensor>> a = Evaluate(imported, imported_inputs, {found->second});
      Result<std::vector<HostTensor>> b = Evaluate(optimized, optimized_inputs, {id});
      if (!a.ok() || !b.ok()) continue;
      const Difference difference = CompareTensors((*a)[0], (*b)[0]);
      if (!IsWithin(optimized, id, difference, tolerance)) return node->name;
    }
  }
  return "";
}

// What both graphs can compute without the ops of the app: all results, but for those behind custom ops whose shapes are
// not declared.
void ListCheckedResults(const Graph& imported, const Graph& optimized, std::vector<ValueId>* imported_results,
                        std::vector<ValueId>* optimized_results) {
  const std::vector<ValueId> all = Results(imported), same = Results(optimized);
  const std::vector<bool> behind = BehindUnknownCustomOps(optimized);
  for (size_t i = 0; i < all.size() && i < same.size(); ++i) {
    if (behind[static_cast<size_t>(same[i])]) continue;
    imported_results->push_back(all[i]);
    optimized_results->push_back(same[i]);
  }
}

}  // namespace

bool TakesChannelsLast(ElementType type, int rank) { return type == ElementType::kFloat32 && (rank == 3 || rank == 4); }

HostTensor ChannelsLast(const HostTensor& tensor) {
  const Perm perm = ToChannelsLast(tensor.shape.rank());
  HostTensor result = tensor;
  result.shape = Permuted(tensor.shape, perm);
  const size_t size = static_cast<size_t>(ElementBits(tensor.type)) / 8;
  const int64_t channels = tensor.shape[1];
  const int64_t pixels = tensor.shape.Product(2, tensor.shape.rank());
  for (int64_t n = 0; n < tensor.shape[0]; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t p = 0; p < pixels; ++p) {
        const size_t from = static_cast<size_t>((n * channels + c) * pixels + p) * size;
        const size_t to = static_cast<size_t>((n * pixels + p) * channels + c) * size;
        std::copy_n(&tensor.bytes[from], size, &result.bytes[to]);
      }
    }
  }
  return result;
}

Status CheckSamples(const Graph& imported, const std::vector<HostTensor>& samples) {
  for (const HostTensor& sample : samples) {
    const auto input = std::find_if(imported.inputs.begin(), imported.inputs.end(),
                                    [&](ValueId id) { return imported.value(id).name == sample.name; });
    if (input == imported.inputs.end()) {
      return Status::Error(StatusCode::kInvalidArgument, "sample for input '%s': the model has no such input",
                           sample.name.c_str());
    }
    const Value& value = imported.value(*input);
    if (!Fits(sample, value)) {
      return Status::Error(StatusCode::kInvalidArgument, "sample for input '%s': found %s, expected %s%s",
                           sample.name.c_str(), TypeText(sample.type, sample.shape).c_str(),
                           TypeText(value.type, value.shape).c_str(), value.dynamic_shape ? " or other free sizes" : "");
    }
  }
  return Status();
}

Status SelfCheck(const Graph& imported, const Graph& optimized, const ConvertOptions& options, ConvertReport* report) {
  std::vector<HostTensor> imported_inputs, optimized_inputs;
  for (size_t i = 0; i < imported.inputs.size(); ++i) {
    const Value& value = imported.value(imported.inputs[i]);
    Result<HostTensor> input = MakeInput(value, options, options.seed + i);
    if (!input.ok()) return std::move(input.status());
    const bool last = options.input_nhwc && !IsState(imported, imported.inputs[i]) &&
                      TakesChannelsLast(value.type, value.shape.rank());
    optimized_inputs.push_back(last ? ChannelsLast(*input) : *input);
    imported_inputs.push_back(std::move(*input));
  }
  std::vector<ValueId> imported_results, optimized_results;
  ListCheckedResults(imported, optimized, &imported_results, &optimized_results);
  report->unchecked_results = static_cast<int>(Results(imported).size() - imported_results.size());
  if (imported_results.empty()) return Status();
  Result<std::vector<HostTensor>> expected = Evaluate(imported, imported_inputs, imported_results);
  if (!expected.ok()) {
    Status status = std::move(expected.status()).WithPrefix("the graph as imported does not run");
    // A number out of some table's range, say, or one that selects a branch that these sizes do not suit.
    const bool inputs_may_be_why = status.code() == StatusCode::kOutOfRange || status.code() == StatusCode::kInvalidModel;
    if (!inputs_may_be_why || options.samples.size() >= imported.inputs.size()) return status;
    report->why_unchecked = status.message();
    return Status();
  }
  Result<std::vector<HostTensor>> found = Evaluate(optimized, optimized_inputs, optimized_results);
  if (!found.ok()) return std::move(found.status()).WithPrefix("the optimised graph does not run");
  report->checked = true;
  const GraphIndex index(optimized);
  std::vector<Difference> moved;
  for (size_t i = 0; i < expected->size() && i < found->size(); ++i) {
    const HostTensor &a = (*expected)[i], &b = (*found)[i];
    if (a.type != b.type || a.shape != b.shape) {
      return Status::Error(StatusCode::kInternal, "output '%s' is %s after optimisation, expected %s", a.name.c_str(),
                           TypeText(b.type, b.shape).c_str(), TypeText(a.type, a.shape).c_str());
    }
    const Difference difference = CompareTensors(a, b);
    const double error = difference.relative();
    if (!IsWithin(optimized, optimized_results[i], difference, options.tolerance)) {
      if (moved.empty() && IsInt8Graph(optimized)) {
        moved = DifferencesWhenMoved(imported, imported_inputs, imported_results, *expected, options.seed);
      }
      if (i < moved.size()) report->moved_error = std::max(report->moved_error, moved[i].relative());
      if (i >= moved.size() || !IsAsMoved(difference, moved[i])) report->within_tolerance = false;
    }
    if (const double step = StepOf(optimized, index, optimized_results[i]); step > 0 && IsInt8Graph(optimized)) {
      report->largest_error_steps = std::max(report->largest_error_steps, difference.largest / step);
    }
    if (error > report->largest_error || report->worst_layer.empty()) {
      report->largest_error = std::max(report->largest_error, error);
      report->worst_layer = a.name;
    }
  }
  if (!report->within_tolerance) {
    const std::string layer =
        FirstWrongLayer(imported, imported_inputs, optimized, optimized_inputs, options.tolerance);
    if (!layer.empty()) report->worst_layer = layer;
  }
  return Status();
}

}  // namespace linnet::converter
