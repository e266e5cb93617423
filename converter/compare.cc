#include "converter/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "converter/passes/layout.h"
#include "converter/self_check.h"
#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

// Shapes in the order of the source's axes.
Shape SourceShape(const CompareOptions& options, ElementType type, const Shape& shape) {
  if (!options.input_nhwc || !TakesChannelsLast(type, shape.rank())) return shape;
  return Permuted(shape, ToChannelsFirst(shape.rank()));
}

const HostTensor* FindSample(const CompareOptions& options, const std::string& name) {
  for (const HostTensor& sample : options.samples) {
    if (sample.name == name) return &sample;
  }
  return nullptr;
}

Status CheckSampleNames(const ModelFile& file, const CompareOptions& options) {
  for (const HostTensor& sample : options.samples) {
    const bool known = std::any_of(file.inputs().begin(), file.inputs().end(),
                                   [&](const HostTensor& input) { return input.name == sample.name; });
    if (known) continue;
    return Status::Error(StatusCode::kInvalidArgument, "the model has no input '%s'", sample.name.c_str());
  }
  return Status();
}

// Random floats of [-1, 1) to the range that a quantised file can take.
void MoveToRange(const ModelFile::Range& range, HostTensor* value) {
  if (value->type != ElementType::kFloat32) return;
  for (size_t at = 0; at < value->bytes.size(); at += sizeof(float)) {
    float x = 0;
    std::memcpy(&x, &value->bytes[at], sizeof x);
    x = static_cast<float>(range.low + (range.high - range.low) * (static_cast<double>(x) + 1) / 2);
    std::memcpy(&value->bytes[at], &x, sizeof x);
  }
}

// Values of the file's inputs, in the source's layout.
Result<std::vector<HostTensor>> MakeInputs(const ModelFile& file, const CompareOptions& options) {
  std::vector<HostTensor> values;
  for (size_t i = 0; i < file.inputs().size(); ++i) {
    const HostTensor& input = file.inputs()[i];
    const Shape declared = SourceShape(options, input.type, input.shape);
    const HostTensor* sample = FindSample(options, input.name);
    if (sample == nullptr) {
      const Shape planned = SourceShape(options, input.type, file.planned_shape(i));
      values.push_back(RandomTensor(input.name, input.type, planned, options.seed + i));
      MoveToRange(file.range(i), &values.back());
      continue;
    }
    bool fits = sample->type == input.type && sample->shape.rank() == declared.rank();
    for (int d = 0; d < declared.rank() && fits; ++d) fits = declared[d] < 0 || declared[d] == sample->shape[d];
    if (!fits) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': expected %s, found %s", input.name.c_str(),
                           TypeText(input.type, declared).c_str(), TypeText(sample->type, sample->shape).c_str());
    }
    values.push_back(*sample);
  }
  return values;
}

// The source at the sizes of `values` and of the file's states.
Result<Graph> ImportSource(const std::string& path, const ModelFile& file, const std::vector<HostTensor>& values) {
  ImportOptions options;
  for (const std::vector<HostTensor>* inputs : {&values, &file.states()}) {
    for (const HostTensor& input : *inputs) options.shapes[input.name].assign(input.shape.begin(), input.shape.end());
  }
  Result<Graph> graph = ImportOnnx(path, options);
  if (graph.ok()) LINNET_RETURN_IF_ERROR(InferShapes(&*graph));
  return graph;
}

// One value for each input of the source. What the file does not take is a state and starts as zeros.
std::vector<HostTensor> SourceInputs(const Graph& source, const std::vector<HostTensor>& values) {
  std::vector<HostTensor> inputs;
  for (ValueId id : source.inputs) {
    const Value& input = source.value(id);
    const auto given = std::find_if(values.begin(), values.end(),
                                    [&](const HostTensor& value) { return value.name == input.name; });
    if (given != values.end()) {
      inputs.push_back(*given);
      continue;
    }
    HostTensor zeros = RandomTensor(input.name, input.type, input.shape, 0);
    std::fill(zeros.bytes.begin(), zeros.bytes.end(), uint8_t{0});
    inputs.push_back(std::move(zeros));
  }
  return inputs;
}

// A tensor of the file and the value of the source that it computes.
struct Pair {
  size_t tensor;
  ValueId value;
  bool moved;  // the file has it channels last
};

bool StripSuffix(const std::string& suffix, std::string* name) {
  const bool found = name->size() > suffix.size() &&
                     name->compare(name->size() - suffix.size(), suffix.size(), suffix) == 0;
  if (found) name->resize(name->size() - suffix.size());
  return found;
}

// The value of the source that a name of the file stands for. The layout pass calls the channels-last form of a value
// "value_nhwc", the quantiser what it rounds "value_int8" and "value_dequantized".
ValueId FindSource(const std::map<std::string, ValueId>& by_name, std::string name, bool* moved) {
  *moved = false;
  for (;;) {
    const auto found = by_name.find(name);
    if (found != by_name.end()) return found->second;
    if (StripSuffix("_nhwc", &name)) {
      *moved = true;
    } else if (!StripSuffix("_int8", &name) && !StripSuffix("_dequantized", &name)) {
      return kNoValue;
    }
  }
}

std::vector<Pair> FindPairs(const Graph& source, const std::vector<FileTensor>& tensors) {
  std::map<std::string, ValueId> by_name;
  for (const auto& node : source.nodes()) {
    for (ValueId id : node->outputs) {
      if (id != kNoValue) by_name[source.value(id).name] = id;
    }
  }
  std::vector<Pair> pairs;
  for (size_t i = 0; i < tensors.size(); ++i) {
    bool moved = false;
    const ValueId value = FindSource(by_name, tensors[i].value.name, &moved);
    if (value != kNoValue) pairs.push_back({i, value, moved});
  }
  return pairs;
}

// The reals that quantised values stand for; `shift` is added to the zero points.
void Dequantize(const format::QuantizationT& quantization, const Shape& shape, double shift,
                std::vector<double>* values) {
  const size_t scales = quantization.scale.size();
  if (scales == 0) return;
  const int axis = quantization.axis;
  const bool per_axis = scales > 1 && axis >= 0 && axis < shape.rank() && quantization.block == 0 &&
                        static_cast<int64_t>(scales) == shape[axis];
  const auto inner = static_cast<size_t>(per_axis ? shape.Product(axis + 1, shape.rank()) : 1);
  for (size_t i = 0; i < values->size(); ++i) {
    const size_t at = per_axis ? i / inner % scales : 0;
    const double zero = at < quantization.zero_point.size() ? static_cast<double>(quantization.zero_point[at]) : 0;
    (*values)[i] = ((*values)[i] - zero - shift) * static_cast<double>(quantization.scale[at]);
  }
}

bool IsByte(ElementType type) { return type == ElementType::kInt8 || type == ElementType::kUint8; }

// Both as reals, in the file's layout. False if their shapes do not fit each other.
bool ReadBoth(const FileTensor& tensor, bool moved, HostTensor source, std::vector<double>* expected,
              std::vector<double>* found) {
  const Shape& shape = tensor.value.shape;
  if (moved && source.shape.rank() >= 3 && ElementBits(source.type) >= 8) source = ChannelsLast(source);
  if (source.shape != shape) return false;
  const auto count = static_cast<size_t>(shape.elements());
  *expected = ToDoubles(source.type, source.bytes.data(), count);
  *found = ToDoubles(tensor.value.type, tensor.value.bytes.data(), count);
  if (tensor.quantization == nullptr || tensor.quantization->scale.empty()) return true;
  Dequantize(*tensor.quantization, shape, 0, found);
  // A source that is quantised itself has the same codes, those of uint8 moved by 128 in the file.
  if (!IsByte(source.type)) return true;
  const double shift = source.type == tensor.value.type ? 0 : source.type == ElementType::kUint8 ? 128 : -128;
  Dequantize(*tensor.quantization, shape, shift, expected);
  return true;
}

TensorComparison CompareOne(const FileTensor& tensor, const std::string& name, const std::vector<double>& expected,
                            const std::vector<double>& found) {
  const Difference difference = Compare(expected, found);
  TensorComparison result;
  result.tensor = name;
  result.node = tensor.node;
  result.op = tensor.op;
  result.type = TypeText(tensor.value.type, tensor.value.shape);
  result.error = difference.relative();
  result.is_output = tensor.is_output;
  if (!std::isfinite(difference.largest)) {
    result.sqnr = -HUGE_VAL;
  } else {
    result.sqnr = difference.noise == 0 ? HUGE_VAL : 10 * std::log10(difference.signal / difference.noise);
  }
  return result;
}

}  // namespace

Result<CompareReport> CompareWithSource(const std::string& onnx_path, const std::string& linnet_path,
                                        const CompareOptions& options) {
  Result<ModelFile> file = ModelFile::Open(linnet_path);
  if (!file.ok()) return std::move(file.status());
  LINNET_RETURN_IF_ERROR(CheckSampleNames(*file, options));
  Result<std::vector<HostTensor>> values = MakeInputs(*file, options);
  if (!values.ok()) return std::move(values.status());
  Result<Graph> source = ImportSource(onnx_path, *file, *values);
  if (!source.ok()) return std::move(source.status());
  std::vector<HostTensor> source_inputs = SourceInputs(*source, *values);
  for (HostTensor& value : *values) {
    if (options.input_nhwc && TakesChannelsLast(value.type, value.shape.rank())) value = ChannelsLast(value);
  }
  Result<std::vector<FileTensor>> tensors = file->Run(*values);
  if (!tensors.ok()) return std::move(tensors.status()).WithPrefix(linnet_path.c_str());
  const std::vector<Pair> pairs = FindPairs(*source, *tensors);
  std::vector<ValueId> wanted;
  for (const Pair& pair : pairs) wanted.push_back(pair.value);
  Result<std::vector<HostTensor>> expected = Evaluate(*source, source_inputs, wanted);
  if (!expected.ok()) return std::move(expected.status()).WithPrefix(onnx_path.c_str());

  CompareReport report;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const FileTensor& tensor = (*tensors)[pairs[i].tensor];
    std::vector<double> a, b;
    if (!ReadBoth(tensor, pairs[i].moved, std::move((*expected)[i]), &a, &b)) continue;
    report.tensors.push_back(CompareOne(tensor, source->value(pairs[i].value).name, a, b));
    report.quantized |= tensor.quantization != nullptr;
  }
  report.without_counterpart = static_cast<int>(tensors->size() - report.tensors.size());
  const bool any = std::any_of(report.tensors.begin(), report.tensors.end(), [](const auto& t) { return t.is_output; });
  if (!any) {
    return Status::Error(StatusCode::kInvalidArgument, "'%s' has no output in common with '%s'", linnet_path.c_str(),
                         onnx_path.c_str());
  }
  std::stable_sort(report.tensors.begin(), report.tensors.end(),
                   [](const TensorComparison& a, const TensorComparison& b) { return a.sqnr < b.sqnr; });
  return report;
}

}  // namespace linnet::converter
