#include "cli/inputs.h"

#include <algorithm>
#include <cstring>

#include "cli/npy.h"
#include "converter/tensor_values.h"

namespace linnet::cli {
namespace {

using converter::HostTensor;
using converter::TypeText;

// "image, mask"
std::string InputNames(const Model& model) {
  std::string names;
  for (int i = 0; i < model.input_count(); ++i) names += (i > 0 ? ", " : "") + std::string(model.input(i).name);
  return names.empty() ? "none" : names;
}

Status CheckNames(const Model& model, const InputOptions& options) {
  const auto known = [&](const std::string& name) {
    for (int i = 0; i < model.input_count(); ++i) {
      if (name == model.input(i).name) return true;
    }
    return false;
  };
  for (const auto& [name, path] : options.files) {
    if (name.empty() && model.input_count() != 1) {
      return Status::Error(StatusCode::kInvalidArgument, "--input '%s': write NAME=FILE; the model's inputs are %s",
                           path.c_str(), InputNames(model).c_str());
    }
    if (!name.empty() && !known(name)) {
      return Status::Error(StatusCode::kInvalidArgument, "--input: the model has no input '%s'; its inputs are %s",
                           name.c_str(), InputNames(model).c_str());
    }
  }
  for (const auto& [name, sizes] : options.sizes) {
    if (!known(name)) {
      return Status::Error(StatusCode::kInvalidArgument, "--shape: the model has no input '%s'; its inputs are %s",
                           name.c_str(), InputNames(model).c_str());
    }
  }
  return Status();
}

bool ShapeFits(const Shape& declared, const Shape& shape) {
  if (declared.rank() != shape.rank()) return false;
  for (int i = 0; i < shape.rank(); ++i) {
    if (declared[i] >= 0 && declared[i] != shape[i]) return false;
  }
  return true;
}

Status Mismatch(const TensorInfo& input, const std::string& origin, ElementType type, const Shape& shape) {
  return Status::Error(StatusCode::kInvalidArgument, "input '%s': expected %s, found %s in %s", input.name,
                       TypeText(input.type, input.shape).c_str(), TypeText(type, shape).c_str(), origin.c_str());
}

// NumPy has no integers of 4 and 2 bits: arrays of int8 and uint8 stand for them.
bool PackToBits(ElementType type, HostTensor* value) {
  const bool is_signed = type == ElementType::kInt4 || type == ElementType::kInt2;
  const bool is_unsigned = type == ElementType::kUint4 || type == ElementType::kUint2;
  const bool fits =
      (is_signed && value->type == ElementType::kInt8) || (is_unsigned && value->type == ElementType::kUint8);
  if (!fits) return false;
  const size_t bits = static_cast<size_t>(ElementBits(type)), count = 8 / bits;
  std::vector<uint8_t> packed((value->bytes.size() + count - 1) / count);
  for (size_t i = 0; i < value->bytes.size(); ++i) {
    packed[i / count] |= (value->bytes[i] & ((1 << bits) - 1)) << (i % count * bits);
  }
  value->bytes = std::move(packed);
  value->type = type;
  return true;
}

// Whether `shape` is that of several values of the input.
bool IsStream(const Shape& declared, const Shape& shape) {
  if (shape.rank() != declared.rank() + 1) return false;
  Shape one;
  for (int i = 1; i < shape.rank(); ++i) one.Append(shape[i]);
  return ShapeFits(declared, one);
}

Result<HostTensor> LoadFile(const TensorInfo& input, const std::string& path, const InputOptions& options) {
  Result<HostTensor> value =
      IsImagePath(path) ? ReadImage(path, input.type, input.shape, options.image) : ReadNpy(path, input.type);
  if (!value.ok()) return std::move(value.status());
  const bool typed = value->type == input.type || PackToBits(input.type, &*value);
  const bool stream = options.stream && IsStream(input.shape, value->shape);
  if (!typed || !(stream || ShapeFits(input.shape, value->shape))) {
    return Mismatch(input, "'" + path + "'", value->type, value->shape);
  }
  return value;
}

// A shape from the command line may be anything: its size must be one that memory can hold.
Result<HostTensor> LoadRandom(const TensorInfo& input, const Shape& shape, uint64_t seed) {
  if (!ShapeFits(input.shape, shape)) return Mismatch(input, "--shape", input.type, shape);
  int64_t elements = 1;
  for (int64_t size : shape) {
    if (__builtin_mul_overflow(elements, size, &elements) || elements > PTRDIFF_MAX / 16) {
      return Status::Error(StatusCode::kInvalidArgument, "--shape: %s of input '%s' is larger than any memory",
                           converter::ShapeText(shape).c_str(), input.name);
    }
  }
  return converter::RandomTensor(input.name, input.type, shape, seed);
}

}  // namespace

Result<std::vector<HostTensor>> LoadInputs(const Model& model, const Session& session, const InputOptions& options,
                                           std::vector<std::string>* random_names) {
  LINNET_RETURN_IF_ERROR(CheckNames(model, options));
  std::vector<HostTensor> values;
  for (int i = 0; i < model.input_count(); ++i) {
    const TensorInfo input = model.input(i);
    const auto file = std::find_if(options.files.begin(), options.files.end(),
                                   [&](const auto& pair) { return pair.first.empty() || pair.first == input.name; });
    const bool random = file == options.files.end();
    const auto sizes = options.sizes.find(input.name);
    Result<HostTensor> value =
        random ? LoadRandom(input, sizes == options.sizes.end() ? session.Input(i)->shape() : MakeShape(sizes->second),
                            options.seed + static_cast<uint64_t>(i))
               : LoadFile(input, file->second, options);
    if (!value.ok()) return std::move(value.status());
    if (random && random_names != nullptr) random_names->push_back(input.name);
    value->name = input.name;
    values.push_back(std::move(*value));
  }
  return values;
}

Status FitSession(const std::vector<HostTensor>& values, Session* session) {
  std::vector<Shape> shapes;
  bool fits = true;
  for (size_t i = 0; i < values.size(); ++i) {
    fits = fits && values[i].shape == session->Input(static_cast<int>(i))->shape();
    shapes.push_back(values[i].shape);
  }
  return fits ? Status() : session->ResizeAll(shapes.data(), static_cast<int>(shapes.size()));
}

void CopyInputs(const std::vector<HostTensor>& values, Session* session) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].bytes.empty()) continue;
    std::memcpy(session->Input(static_cast<int>(i))->raw_data(), values[i].bytes.data(), values[i].bytes.size());
  }
}

}  // namespace linnet::cli
