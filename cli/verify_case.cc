#include "cli/verify_case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "cli/inputs.h"
#include "converter/convert.h"
#include "converter/onnx/reader.h"
#include "converter/tensor_values.h"

namespace linnet::cli {
namespace {

namespace fs = std::filesystem;
using converter::HostTensor;

// input_0.pb, input_1.pb, ... until one is missing.
Result<std::vector<HostTensor>> ReadTensors(const fs::path& folder, const std::string& prefix) {
  std::vector<HostTensor> tensors;
  for (;;) {
    const fs::path path = folder / (prefix + std::to_string(tensors.size()) + ".pb");
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return tensors;
    Result<HostTensor> tensor = converter::onnx::ReadTensor(path.string());
    if (!tensor.ok()) return std::move(tensor.status());
    tensors.push_back(std::move(*tensor));
  }
}

Status CheckInputs(const Model& model, const std::vector<HostTensor>& inputs) {
  if (static_cast<int>(inputs.size()) != model.input_count()) {
    return Status::Error(StatusCode::kInvalidArgument, "the model takes %d inputs, the data set has %zu",
                         model.input_count(), inputs.size());
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo input = model.input(static_cast<int>(i));
    if (input.type != inputs[i].type) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': expected %s, found %s", input.name,
                           ElementTypeName(input.type), ElementTypeName(inputs[i].type));
    }
  }
  return Status();
}

Status RunDataSet(const Model& model, const fs::path& folder) {
  Result<std::vector<HostTensor>> inputs = ReadTensors(folder, "input_");
  if (!inputs.ok()) return std::move(inputs.status());
  Result<std::vector<HostTensor>> outputs = ReadTensors(folder, "output_");
  if (!outputs.ok()) return std::move(outputs.status());
  LINNET_RETURN_IF_ERROR(CheckInputs(model, *inputs));

  Result<Session> session = Session::Create(model);
  if (!session.ok()) return std::move(session.status());
  LINNET_RETURN_IF_ERROR(FitSession(*inputs, &*session));
  CopyInputs(*inputs, &*session);
  LINNET_RETURN_IF_ERROR(session->Run());

  if (static_cast<int>(outputs->size()) != session->output_count()) {
    return Status::Error(StatusCode::kInvalidArgument, "the model has %d outputs, the data set %zu",
                         session->output_count(), outputs->size());
  }
  for (size_t i = 0; i < outputs->size(); ++i) {
    LINNET_RETURN_IF_ERROR(CompareTensors((*outputs)[i], *session->Output(static_cast<int>(i))));
  }
  return Status();
}

std::vector<fs::path> DataSets(const fs::path& folder) {
  std::vector<fs::path> sets;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().rfind("test_data_set_", 0) == 0) sets.push_back(entry.path());
  }
  std::sort(sets.begin(), sets.end());
  return sets;
}

}  // namespace

Status CompareTensors(const HostTensor& expected, const Tensor& found) {
  if (expected.type != found.type() || expected.shape != found.shape()) {
    return Status::Error(StatusCode::kInvalidArgument, "output '%s': expected %s, found %s", found.name(),
                         converter::TypeText(expected.type, expected.shape).c_str(),
                         converter::TypeText(found.type(), found.shape()).c_str());
  }
  const size_t count = static_cast<size_t>(expected.shape.elements());
  const std::vector<double> wanted = converter::ToDoubles(expected.type, expected.bytes.data(), count);
  const std::vector<double> got = converter::ToDoubles(found.type(), found.raw_data(), count);
  for (size_t i = 0; i < count; ++i) {
    const bool same = wanted[i] == got[i] || (std::isnan(wanted[i]) && std::isnan(got[i])) ||
                      std::fabs(got[i] - wanted[i]) <= kAbsoluteTolerance + kRelativeTolerance * std::fabs(wanted[i]);
    if (!same) {
      return Status::Error(StatusCode::kInvalidArgument, "output '%s': element %zu of %zu: expected %.9g, found %.9g",
                           found.name(), i, count, wanted[i], got[i]);
    }
  }
  return Status();
}

Status RunCase(const std::string& folder) {
  converter::ConvertOptions options;
  options.self_check = false;
  Result<converter::ConvertedModel> converted =
      converter::ConvertToBuffer((fs::path(folder) / "model.onnx").string(), options);
  if (!converted.ok()) return std::move(converted.status());
  Result<Model> model = Model::FromBuffer(converted->bytes.data(), converted->bytes.size());
  if (!model.ok()) return std::move(model.status());
  const std::vector<fs::path> sets = DataSets(folder);
  if (sets.empty()) return Status::Error(StatusCode::kNotFound, "'%s' has no test_data_set_*", folder.c_str());
  for (const fs::path& set : sets) {
    Status status = RunDataSet(*model, set);
    if (!status.ok()) return std::move(status).WithPrefix(set.filename().string().c_str());
  }
  return Status();
}

}  // namespace linnet::cli
