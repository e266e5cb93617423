#include "converter/quantizer/arrange_data.h"

#include <set>

#include "converter/self_check.h"
#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

bool Fits(const Shape& declared, const Shape& shape) {
  if (declared.rank() != shape.rank()) return false;
  for (int d = 0; d < shape.rank(); ++d) {
    if (declared[d] >= 0 && declared[d] != shape[d]) return false;
  }
  return true;
}

std::set<ValueId> StateInputs(const Graph& graph) {
  std::set<ValueId> states;
  for (const Graph::StatePair& state : graph.states) states.insert(state.input);
  return states;
}

Status CheckSample(const std::vector<DeclaredInput>& inputs, const Sample& sample, const std::string& name) {
  if (sample.size() != inputs.size()) {
    return Status::Error(StatusCode::kInvalidArgument, "calibration data '%s': %zu values for %zu inputs", name.c_str(),
                         sample.size(), inputs.size());
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (sample[i].type == inputs[i].type && Fits(inputs[i].shape, sample[i].shape)) continue;
    return Status::Error(StatusCode::kInvalidArgument, "calibration data '%s': input '%s' wants %s, found %s", name.c_str(),
                         inputs[i].name.c_str(), TypeText(inputs[i].type, inputs[i].shape).c_str(),
                         TypeText(sample[i].type, sample[i].shape).c_str());
  }
  return Status();
}

HostTensor Zeros(const Value& value) {
  HostTensor zeros{value.name, value.type, value.shape, {}};
  zeros.bytes.assign((static_cast<size_t>(value.shape.elements()) * static_cast<size_t>(ElementBits(value.type)) + 7) / 8, 0);
  return zeros;
}

Status ArrangeSet(const Graph& imported, const ConvertOptions& options, SampleSet* set) {
  const std::vector<DeclaredInput> inputs = DeclaredInputs(imported);
  const std::set<ValueId> states = StateInputs(imported);
  for (size_t s = 0; s < set->samples.size(); ++s) {
    LINNET_RETURN_IF_ERROR(CheckSample(inputs, set->samples[s], set->names[s]));
    Sample arranged;
    size_t next = 0;
    for (ValueId id : imported.inputs) {
      const Value& value = imported.value(id);
      if (states.count(id) != 0) {
        arranged.push_back(Zeros(value));
        continue;
      }
      HostTensor& given = set->samples[s][next++];
      const bool last = options.input_nhwc && TakesChannelsLast(value.type, value.shape.rank());
      arranged.push_back(last ? ChannelsLast(given) : std::move(given));
    }
    set->samples[s] = std::move(arranged);
  }
  return Status();
}

}  // namespace

std::vector<DeclaredInput> DeclaredInputs(const Graph& imported) {
  const std::set<ValueId> states = StateInputs(imported);
  std::vector<DeclaredInput> inputs;
  for (ValueId id : imported.inputs) {
    if (states.count(id) != 0) continue;
    const Value& value = imported.value(id);
    DeclaredInput input{value.name, value.type, value.shape};
    for (size_t d = 0; d < value.dims.size(); ++d) input.shape[static_cast<int>(d)] = value.dims[d].size;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Result<CalibrationData> ArrangeData(const Graph& imported, const ConvertOptions& options) {
  if (!options.load_data) return CalibrationData();
  Result<CalibrationData> data = options.load_data(DeclaredInputs(imported));
  if (!data.ok()) return data;
  LINNET_RETURN_IF_ERROR(ArrangeSet(imported, options, &data->calibration));
  LINNET_RETURN_IF_ERROR(ArrangeSet(imported, options, &data->held_out));
  return data;
}

}  // namespace linnet::converter
