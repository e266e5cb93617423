#include "cli/calibration_data.h"

#include <algorithm>
#include <filesystem>

#include "cli/npy.h"
#include "cli/npz.h"
#include "converter/tensor_values.h"

namespace linnet::cli {
namespace {

namespace fs = std::filesystem;
using converter::CalibrationData;
using converter::DeclaredInput;
using converter::HostTensor;
using converter::SampleSet;
using converter::TypeText;

constexpr size_t kHeldOut = 5;  // one of so many samples, where the caller gives no data for validation

// Samples of one input, and what they are called.
struct Column {
  std::vector<HostTensor> values;
  std::vector<std::string> names;
};

Status Bad(const std::string& path, const std::string& what) {
  return Status::Error(StatusCode::kInvalidArgument, "calibration data '%s': %s", path.c_str(), what.c_str());
}

bool Fits(const Shape& declared, const Shape& shape) {
  if (declared.rank() != shape.rank()) return false;
  for (int d = 0; d < shape.rank(); ++d) {
    if (declared[d] >= 0 && declared[d] != shape[d]) return false;
  }
  return true;
}

// NumPy makes doubles unless told otherwise.
void NarrowDoubles(const DeclaredInput& input, HostTensor* tensor) {
  if (tensor->type != ElementType::kFloat64 || input.type != ElementType::kFloat32) return;
  const std::vector<double> numbers =
      converter::ToDoubles(tensor->type, tensor->bytes.data(), static_cast<size_t>(tensor->shape.elements()));
  const std::vector<float> narrow(numbers.begin(), numbers.end());
  const auto* bytes = reinterpret_cast<const uint8_t*>(narrow.data());
  tensor->type = ElementType::kFloat32;
  tensor->bytes.assign(bytes, bytes + narrow.size() * sizeof(float));
}

Status AddBatch(HostTensor batch, const DeclaredInput& input, const std::string& path, Column* column) {
  NarrowDoubles(input, &batch);
  Result<std::vector<HostTensor>> samples = SplitBatch(batch, input, path);
  if (!samples.ok()) return std::move(samples.status());
  for (size_t i = 0; i < samples->size(); ++i) {
    column->names.push_back(samples->size() == 1 ? path : path + "[" + std::to_string(i) + "]");
    column->values.push_back(std::move((*samples)[i]));
  }
  return Status();
}

bool EndsIn(const std::string& path, const std::string& suffix) {
  return path.size() >= suffix.size() && path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0;
}

// A file for one input. In a folder, an array that fits the input is one sample, whatever its free sizes mean.
Status AddFile(const std::string& path, const DeclaredInput& input, const ImageOptions& image, bool in_folder,
               Column* column) {
  if (IsImagePath(path)) {
    Result<HostTensor> picture = ReadImage(path, input.type, input.shape, image);
    if (!picture.ok()) return std::move(picture.status());
    column->values.push_back(std::move(*picture));
    column->names.push_back(path);
    return Status();
  }
  Result<HostTensor> array = ReadNpy(path, input.type);
  if (!array.ok()) return std::move(array.status());
  NarrowDoubles(input, &*array);
  if (!in_folder || array->type != input.type || !Fits(input.shape, array->shape)) {
    return AddBatch(std::move(*array), input, path, column);
  }
  column->values.push_back(std::move(*array));
  column->names.push_back(path);
  return Status();
}

// Sorted, so that the same folder gives the same order everywhere.
Result<std::vector<std::string>> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string path = entry->path().string();
    if (IsImagePath(path) || EndsIn(path, ".npy")) files.push_back(path);
  }
  if (error)
    return Status::Error(StatusCode::kIoError, "cannot read folder '%s': %s", folder.c_str(), error.message().c_str());
  std::sort(files.begin(), files.end());
  return files;
}

Status AddFolder(const std::string& folder, const DeclaredInput& input, const ImageOptions& image, Column* column) {
  Result<std::vector<std::string>> files = FilesIn(folder);
  if (!files.ok()) return std::move(files.status());
  for (const std::string& file : *files)
    LINNET_RETURN_IF_ERROR(AddFile(file, input, image, /*in_folder=*/true, column));
  return Status();
}

Status AddArchive(const std::string& path, const std::vector<DeclaredInput>& inputs, std::vector<Column>* columns) {
  Result<std::vector<HostTensor>> arrays = ReadNpz(path);
  if (!arrays.ok()) return std::move(arrays.status());
  for (size_t i = 0; i < inputs.size(); ++i) {
    auto found =
        std::find_if(arrays->begin(), arrays->end(), [&](const HostTensor& a) { return a.name == inputs[i].name; });
    if (found == arrays->end() && inputs.size() == 1 && arrays->size() == 1) found = arrays->begin();
    if (found == arrays->end()) return Bad(path, "it holds no array for input '" + inputs[i].name + "'");
    LINNET_RETURN_IF_ERROR(AddBatch(std::move(*found), inputs[i], path, &(*columns)[i]));
  }
  return Status();
}

Status AddInputs(const std::string& path, const std::vector<DeclaredInput>& inputs, const ImageOptions& image,
                 std::vector<Column>* columns) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string own = (fs::path(path) / inputs[i].name).string();
    if (fs::is_directory(own)) {
      LINNET_RETURN_IF_ERROR(AddFolder(own, inputs[i], image, &(*columns)[i]));
    } else if (fs::exists(own + ".npy")) {
      LINNET_RETURN_IF_ERROR(AddFile(own + ".npy", inputs[i], image, /*in_folder=*/false, &(*columns)[i]));
    } else {
      return Bad(path, "it holds neither a folder '" + inputs[i].name + "' nor '" + inputs[i].name + ".npy'");
    }
  }
  return Status();
}

Result<SampleSet> LoadSet(const std::string& path, const std::vector<DeclaredInput>& inputs,
                          const ImageOptions& image) {
  std::vector<Column> columns(inputs.size());
  if (EndsIn(path, ".npz")) {
    LINNET_RETURN_IF_ERROR(AddArchive(path, inputs, &columns));
  } else if (inputs.size() == 1) {
    LINNET_RETURN_IF_ERROR(fs::is_directory(path) ? AddFolder(path, inputs[0], image, &columns[0])
                                                  : AddFile(path, inputs[0], image, /*in_folder=*/false, &columns[0]));
  } else {
    if (!fs::is_directory(path)) return Bad(path, "a model of several inputs wants a .npz file or a folder");
    LINNET_RETURN_IF_ERROR(AddInputs(path, inputs, image, &columns));
  }
  SampleSet set;
  for (size_t i = 1; i < columns.size(); ++i) {
    if (columns[i].values.size() == columns[0].values.size()) continue;
    return Bad(path, std::to_string(columns[0].values.size()) + " samples for input '" + inputs[0].name + "', " +
                         std::to_string(columns[i].values.size()) + " for input '" + inputs[i].name + "'");
  }
  if (columns.empty() || columns[0].values.empty()) return Bad(path, "no pictures or arrays");
  for (size_t s = 0; s < columns[0].values.size(); ++s) {
    converter::Sample sample;
    for (Column& column : columns) sample.push_back(std::move(column.values[s]));
    set.samples.push_back(std::move(sample));
    set.names.push_back(columns[0].names[s]);
  }
  return set;
}

// Every fifth sample, if there are so many.
void HoldOut(CalibrationData* data) {
  SampleSet all = std::move(data->calibration);
  data->calibration = SampleSet();
  for (size_t i = 0; i < all.samples.size(); ++i) {
    SampleSet& set = i % kHeldOut == kHeldOut - 1 ? data->held_out : data->calibration;
    set.samples.push_back(std::move(all.samples[i]));
    set.names.push_back(std::move(all.names[i]));
  }
}

}  // namespace

Result<std::vector<HostTensor>> SplitBatch(const HostTensor& batch, const DeclaredInput& input,
                                           const std::string& name) {
  const Shape& declared = input.shape;
  Shape sample = batch.shape;
  int64_t count = 1;
  const bool whole = batch.shape.rank() == declared.rank() + 1;
  if (whole) {
    count = batch.shape[0];
    sample = Shape();
    for (int d = 1; d < batch.shape.rank(); ++d) sample.Append(batch.shape[d]);
  } else if (declared.rank() > 0 && batch.shape.rank() == declared.rank()) {
    sample[0] = declared[0] >= 0 ? declared[0] : 1;
    count = sample[0] > 0 && batch.shape[0] % sample[0] == 0 ? batch.shape[0] / sample[0] : 0;
  }
  if (batch.type != input.type || count == 0 || !Fits(declared, sample)) {
    return Bad(name, "input '" + input.name + "' wants " + TypeText(input.type, declared) +
                         ", or a batch of such, found " + TypeText(batch.type, batch.shape));
  }
  std::vector<HostTensor> samples;
  const size_t bytes = batch.bytes.size() / static_cast<size_t>(count);
  for (int64_t i = 0; i < count; ++i) {
    const auto first = batch.bytes.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(i) * bytes);
    samples.push_back(
        {input.name, batch.type, sample, std::vector<uint8_t>(first, first + static_cast<std::ptrdiff_t>(bytes))});
  }
  return samples;
}

Result<CalibrationData> LoadCalibrationData(const CalibrationOptions& options,
                                            const std::vector<DeclaredInput>& inputs) {
  CalibrationData data;
  Result<SampleSet> calibration = LoadSet(options.calibrate, inputs, options.image);
  if (!calibration.ok()) return std::move(calibration.status());
  data.calibration = std::move(*calibration);
  if (options.validate.empty()) {
    HoldOut(&data);
    return data;
  }
  Result<SampleSet> validation = LoadSet(options.validate, inputs, options.image);
  if (!validation.ok()) return std::move(validation.status());
  data.held_out = std::move(*validation);
  return data;
}

}  // namespace linnet::cli
