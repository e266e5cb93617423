#include "converter/onnx/tensor_reader.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "converter/mapped_file.h"

namespace linnet::converter::onnx {
namespace {

// The fields of a TensorProto before they are made into one array.
struct Fields {
  std::string name;
  int64_t type = 0;
  std::vector<int64_t> dims;
  std::vector<float> float_data;
  std::vector<int64_t> int32_data, int64_data, uint64_data;
  std::vector<double> double_data;
  data_view raw;
  bool has_raw = false;
  bool external = false;
  std::vector<std::pair<std::string, std::string>> external_data;
};

std::pair<std::string, std::string> ReadEntry(data_view view) {
  std::pair<std::string, std::string> entry;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case entry_field::kKey:
        entry.first = GetString(field);
        break;
      case entry_field::kValue:
        entry.second = GetString(field);
        break;
      default:
        field.skip();
    }
  }
  return entry;
}

Fields ReadFields(data_view view) {
  Fields tensor;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case tensor_field::kDims:
        AppendInts(field, &tensor.dims);
        break;
      case tensor_field::kDataType:
        tensor.type = GetInt(field);
        break;
      case tensor_field::kSegment:
        throw ReadError("is stored in segments");
      case tensor_field::kFloatData:
        AppendFloats(field, &tensor.float_data);
        break;
      case tensor_field::kInt32Data:
        AppendInts(field, &tensor.int32_data);
        break;
      case tensor_field::kInt64Data:
        AppendInts(field, &tensor.int64_data);
        break;
      case tensor_field::kUint64Data:
        AppendInts(field, &tensor.uint64_data);
        break;
      case tensor_field::kDoubleData:
        AppendDoubles(field, &tensor.double_data);
        break;
      case tensor_field::kName:
        tensor.name = GetString(field);
        break;
      case tensor_field::kRawData:
        tensor.raw = GetView(field);
        tensor.has_raw = true;
        break;
      case tensor_field::kExternalData:
        tensor.external_data.push_back(ReadEntry(GetView(field)));
        break;
      case tensor_field::kDataLocation:
        tensor.external = GetInt(field) == kExternalLocation;
        break;
      default:
        field.skip();
    }
  }
  return tensor;
}

// A view where the bytes are aligned for their type; else a copy.
Bytes Aligned(const Bytes& owner, const void* data, size_t size, ElementType type) {
  const size_t alignment = static_cast<size_t>(ElementBits(type) > 8 ? ElementBits(type) / 8 : 1);
  if (reinterpret_cast<uintptr_t>(data) % alignment != 0) return Bytes::Copy(data, size);
  return Bytes(std::make_shared<Bytes>(owner), data, size);
}

// Narrows each of `values` to Stored and keeps its bits.
template <typename Stored, typename Source>
Bytes Narrow(const std::vector<Source>& values, size_t bytes) {
  if (values.size() * sizeof(Stored) != bytes) {
    throw ReadError("has " + std::to_string(values.size()) + " values, its shape asks for " +
                    std::to_string(bytes / sizeof(Stored)));
  }
  void* memory = nullptr;
  Bytes result = Bytes::Allocate(bytes, &memory);
  Stored* stored = static_cast<Stored*>(memory);
  for (size_t i = 0; i < values.size(); ++i) stored[i] = static_cast<Stored>(values[i]);
  return result;
}

// The data in the typed field that onnx.proto prescribes for the type. 16-bit floats, bool and everything smaller lie
// in int32_data as their bits; 4-bit types two to a number, 2-bit types four.
Bytes FromTypedField(const Fields& tensor, ElementType type, size_t bytes) {
  switch (type) {
    case ElementType::kFloat32:
      return Narrow<float>(tensor.float_data, bytes);
    case ElementType::kFloat64:
      return Narrow<double>(tensor.double_data, bytes);
    case ElementType::kInt64:
      return Narrow<int64_t>(tensor.int64_data, bytes);
    case ElementType::kUint64:
      return Narrow<uint64_t>(tensor.uint64_data, bytes);
    case ElementType::kUint32:
      return Narrow<uint32_t>(tensor.uint64_data, bytes);
    case ElementType::kInt32:
      return Narrow<int32_t>(tensor.int32_data, bytes);
    default:
      break;
  }
  return ElementBits(type) == 16 ? Narrow<uint16_t>(tensor.int32_data, bytes)
                                 : Narrow<uint8_t>(tensor.int32_data, bytes);
}

uint64_t ParseNumber(const std::string& key, const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const unsigned long long number = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
    throw ReadError("external data: " + key + " '" + text + "' is no number");
  }
  return number;
}

Bytes FromExternalFile(const Fields& tensor, ElementType type, size_t bytes, ExternalFiles* files) {
  std::string location;
  uint64_t offset = 0, length = 0;
  bool has_length = false;
  for (const auto& [key, value] : tensor.external_data) {
    if (key == "location") location = value;
    if (key == "offset") offset = ParseNumber(key, value);
    if (key == "length") {
      length = ParseNumber(key, value);
      has_length = true;
    }
  }
  if (!has_length) length = files->Rest(location, offset);
  if (length != bytes) {
    throw ReadError("has " + std::to_string(length) + " bytes of external data, its shape asks for " +
                    std::to_string(bytes));
  }
  const Bytes data = files->Read(location, offset, length);
  return Aligned(data, data.data(), data.size(), type);
}

bool Stored(ElementType type) { return ElementBits(type) > 0; }

// Row-major position in `shape` of the value with number `item`, whose place `indices` gives: [nnz] positions, or [nnz,
// rank] coordinates.
int64_t PositionOf(const TensorProto& indices, int64_t item, const Shape& shape) {
  const int64_t* numbers = static_cast<const int64_t*>(indices.data.data());
  int64_t position = 0;
  if (indices.shape.rank() == 1) {
    position = numbers[item];
  } else {
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const int64_t coordinate = numbers[item * shape.rank() + axis];
      if (coordinate < 0 || coordinate >= shape[axis]) throw ReadError("sparse tensor has an index out of range");
      position = position * shape[axis] + coordinate;
    }
  }
  if (position < 0 || position >= shape.elements()) throw ReadError("sparse tensor has an index out of range");
  return position;
}

TensorProto MakeDense(const TensorProto& values, const TensorProto& indices, const Shape& shape) {
  constexpr size_t kMaxDenseBytes = size_t{1} << 28;  // a few bytes of file must not ask for all memory
  TensorProto dense;
  dense.name = values.name;
  dense.type = values.type;
  dense.shape = shape;
  const size_t bytes = CheckedBytes(values.type, shape);
  if (ElementBits(values.type) < 8 || bytes > kMaxDenseBytes) {
    throw ReadError("sparse tensor of type " + std::string(ElementTypeName(values.type)) + " and " +
                        std::to_string(bytes) + " bytes when dense",
                    StatusCode::kUnsupported);
  }
  const int64_t count = values.shape.elements();
  const bool fits = values.shape.rank() == 1 && indices.type == ElementType::kInt64 && indices.shape.rank() >= 1 &&
                    indices.shape[0] == count &&
                    (indices.shape.rank() == 1 || (indices.shape.rank() == 2 && indices.shape[1] == shape.rank()));
  if (!fits) throw ReadError("sparse tensor has values and indices that do not fit together");
  void* memory = nullptr;
  dense.data = Bytes::Allocate(bytes, &memory);
  const size_t item_bytes = static_cast<size_t>(ElementBits(values.type)) / 8;
  for (int64_t item = 0; item < count; ++item) {
    std::memcpy(static_cast<char*>(memory) + PositionOf(indices, item, shape) * item_bytes,
                static_cast<const char*>(values.data.data()) + item * item_bytes, item_bytes);
  }
  return dense;
}

}  // namespace

ElementType CheckedElementType(int64_t onnx_type) {
  if (onnx_type <= 0 || onnx_type > static_cast<int64_t>(ElementType::kInt2)) {
    throw ReadError("has element type " + std::to_string(onnx_type) + ", which is unknown");
  }
  return static_cast<ElementType>(onnx_type);
}

Shape CheckedShape(const std::vector<int64_t>& sizes) {
  if (sizes.size() > Shape::kMaxRank) {
    throw ReadError("has " + std::to_string(sizes.size()) + " dimensions, more than " + std::to_string(Shape::kMaxRank),
                    StatusCode::kUnsupported);
  }
  Shape shape;
  for (int64_t size : sizes) {
    if (size < 0) throw ReadError("has the negative size " + std::to_string(size));
    shape.Append(size);
  }
  return shape;
}

size_t CheckedBytes(ElementType type, const Shape& shape) {
  // A zero makes it empty, but the other sizes must still be ones that one can multiply.
  int64_t elements = 1, bits = 0;
  bool empty = false;
  for (int64_t size : shape) {
    empty |= size == 0;
    if (size != 0 && __builtin_mul_overflow(elements, size, &elements))
      throw ReadError("has sizes whose product overflows");
  }
  if (__builtin_mul_overflow(elements, int64_t{ElementBits(type)}, &bits) || bits > INT64_MAX - 7) {
    throw ReadError("has sizes whose product overflows");
  }
  return empty ? 0 : static_cast<size_t>((bits + 7) / 8);
}

const Bytes& ExternalFiles::Map(const std::string& location) {
  auto found = files_.find(location);
  if (found != files_.end()) return found->second;
  namespace fs = std::filesystem;
  const std::string text = "external data '" + location + "'";
  std::error_code error;
  const fs::path folder = fs::canonical(folder_.empty() ? "." : folder_, error);
  if (error) throw ReadError("cannot resolve the model's folder: " + error.message(), StatusCode::kIoError);
  const fs::path relative(location);
  if (location.empty() || location.find('\0') != std::string::npos)
    throw ReadError("names no file for its external data");
  if (relative.is_absolute()) throw ReadError(text + " is an absolute path; it must lie in the model's folder");
  const fs::path file = fs::canonical(folder / relative, error);
  if (error) throw ReadError(text + " beside the model: " + error.message(), StatusCode::kNotFound);
  // Both are free of links and dots now, so the file is inside if its path goes on from the folder's.
  const fs::path inside = file.lexically_relative(folder);
  if (inside.empty() || *inside.begin() == "..") throw ReadError(text + " leaves the model's folder");
  Result<Bytes> mapped = MapFile(file.string());
  if (!mapped.ok()) throw ReadError(mapped.message(), mapped.status().code());
  return files_.emplace(location, std::move(*mapped)).first->second;
}

uint64_t ExternalFiles::Rest(const std::string& location, uint64_t offset) {
  const uint64_t size = Map(location).size();
  return offset < size ? size - offset : 0;
}

Bytes ExternalFiles::Read(const std::string& location, uint64_t offset, uint64_t length) {
  const Bytes& file = Map(location);
  if (offset > file.size() || length > file.size() - offset) {
    throw ReadError("external data '" + location + "' has " + std::to_string(file.size()) + " bytes, asked for " +
                    std::to_string(length) + " from " + std::to_string(offset));
  }
  return Bytes(std::make_shared<Bytes>(file), static_cast<const char*>(file.data()) + offset, length);
}

TensorProto ReadTensorProto(data_view view, const Bytes& file, ExternalFiles* external) {
  Fields fields = ReadFields(view);
  TensorProto tensor;
  tensor.name = fields.name;
  try {
    tensor.type = CheckedElementType(fields.type);
    tensor.shape = CheckedShape(fields.dims);
    if (!Stored(tensor.type)) return tensor;
    const size_t bytes = CheckedBytes(tensor.type, tensor.shape);
    if (fields.external) {
      tensor.data = FromExternalFile(fields, tensor.type, bytes, external);
    } else if (fields.has_raw) {
      if (fields.raw.size() != bytes) {
        throw ReadError("has " + std::to_string(fields.raw.size()) + " bytes, its shape asks for " +
                        std::to_string(bytes));
      }
      tensor.data = Aligned(file, fields.raw.data(), bytes, tensor.type);
    } else {
      tensor.data = FromTypedField(fields, tensor.type, bytes);
    }
  } catch (const ReadError& error) {
    throw ReadError("tensor '" + fields.name + "' " + error.what(), error.code());
  }
  return tensor;
}

TensorProto ReadSparseTensorProto(data_view view, const Bytes& file, ExternalFiles* external) {
  TensorProto values, indices;
  std::vector<int64_t> dims;
  for (WireReader field(view); field.next();) {
    switch (field.tag()) {
      case sparse_tensor_field::kValues:
        values = ReadTensorProto(GetView(field), file, external);
        break;
      case sparse_tensor_field::kIndices:
        indices = ReadTensorProto(GetView(field), file, external);
        break;
      case sparse_tensor_field::kDims:
        AppendInts(field, &dims);
        break;
      default:
        field.skip();
    }
  }
  return MakeDense(values, indices, CheckedShape(dims));
}

}  // namespace linnet::converter::onnx
