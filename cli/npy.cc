#include "cli/npy.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "converter/file_io.h"
#include "converter/tensor_values.h"

namespace linnet::cli {
namespace {

using converter::HostTensor;
using converter::ShapeText;

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicSize = 6;
constexpr size_t kVersionSize = 2;

struct NpyType {
  ElementType type;
  char kind;  // NumPy's letter
  int size;   // bytes
};
constexpr NpyType kTypes[] = {
    {ElementType::kFloat32, 'f', 4}, {ElementType::kFloat64, 'f', 8}, {ElementType::kFloat16, 'f', 2},
    {ElementType::kInt8, 'i', 1},    {ElementType::kInt16, 'i', 2},   {ElementType::kInt32, 'i', 4},
    {ElementType::kInt64, 'i', 8},   {ElementType::kUint8, 'u', 1},   {ElementType::kUint16, 'u', 2},
    {ElementType::kUint32, 'u', 4},  {ElementType::kUint64, 'u', 8},  {ElementType::kBool, 'b', 1},
};

struct Header {
  std::string descr;
  bool fortran_order = false;
  Shape shape;
};

// Reads the header: a Python dict of three entries with string, bool and tuple values.
class HeaderParser {
 public:
  HeaderParser(const char* begin, const char* end) : at_(begin), end_(end) {}

  // Null on success, else what is wrong.
  const char* Parse(Header* header) {
    bool seen[3] = {};
    if (!Take('{')) return "the header is no dict";
    while (!Take('}')) {
      std::string key;
      if (!String(&key) || !Take(':')) return "the header is no dict of named entries";
      const char* error = nullptr;
      if (key == "descr") {
        seen[0] = true;
        if (!String(&header->descr)) error = "a structured array, expected plain numbers";
      } else if (key == "fortran_order") {
        seen[1] = true;
        if (!Bool(&header->fortran_order)) error = "'fortran_order' is neither True nor False";
      } else if (key == "shape") {
        seen[2] = true;
        error = Tuple(&header->shape);
      } else {
        error = "the header has an unknown entry";
      }
      if (error != nullptr) return error;
      if (!Take(',') && Peek() != '}') return "the header is damaged";
    }
    return seen[0] && seen[1] && seen[2] ? nullptr : "the header lacks 'descr', 'fortran_order' or 'shape'";
  }

 private:
  char Peek() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t')) ++at_;
    return at_ < end_ ? *at_ : '\0';
  }
  bool Take(char c) {
    if (Peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }
  bool String(std::string* value) {
    const char quote = Peek();
    if (quote != '\'' && quote != '"') return false;
    const char* close = std::find(at_ + 1, end_, quote);
    if (close == end_) return false;
    value->assign(at_ + 1, close);
    at_ = close + 1;
    return true;
  }
  bool Word(const char* word) {
    Peek();
    const size_t size = std::strlen(word);
    if (static_cast<size_t>(end_ - at_) < size || std::memcmp(at_, word, size) != 0) return false;
    at_ += size;
    return true;
  }
  bool Bool(bool* value) {
    *value = Word("True");
    return *value || Word("False");
  }
  const char* Tuple(Shape* shape) {
    if (!Take('(')) return "'shape' is no tuple";
    while (!Take(')')) {
      if (shape->rank() == Shape::kMaxRank) return "more than 8 dimensions";
      if (Peek() < '0' || Peek() > '9') return "'shape' is no tuple of sizes";
      int64_t size = 0;
      for (; at_ < end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
        if (__builtin_mul_overflow(size, 10, &size) || __builtin_add_overflow(size, *at_ - '0', &size)) {
          return "a dimension is too large";
        }
      }
      Take('L');  // Python 2 wrote long integers so
      shape->Append(size);
      if (!Take(',') && Peek() != ')') return "'shape' is no tuple of sizes";
    }
    return nullptr;
  }

  const char* at_;
  const char* end_;
};

struct ItemType {
  ElementType type;
  size_t size;
  bool swap_bytes;
};

// What a type string such as "<f4" stands for.
std::optional<ItemType> ParseDescr(const std::string& descr, ElementType raw_type) {
  if (descr.size() != 3 || std::strchr("<>|=", descr[0]) == nullptr) return std::nullopt;
  const size_t size = static_cast<size_t>(descr[2] - '0');
  if (descr[1] == 'V' && raw_type != ElementType::kUndefined) {
    if (ElementBits(raw_type) != static_cast<int>(size * 8)) return std::nullopt;
    return ItemType{raw_type, size, false};
  }
  for (const NpyType& known : kTypes) {
    if (known.kind == descr[1] && static_cast<size_t>(known.size) == size) {
      return ItemType{known.type, size, descr[0] == '>' && size > 1};
    }
  }
  return std::nullopt;
}

void SwapBytes(size_t item_size, std::vector<uint8_t>* bytes) {
  for (size_t i = 0; i + item_size <= bytes->size(); i += item_size) {
    std::reverse(bytes->begin() + i, bytes->begin() + i + item_size);
  }
}

// Column-major (first index fastest) to row-major.
std::vector<uint8_t> FromFortranOrder(const Shape& shape, size_t item_size, const uint8_t* columns) {
  const int rank = shape.rank();
  std::vector<uint8_t> rows(static_cast<size_t>(shape.elements()) * item_size);
  int64_t index[Shape::kMaxRank] = {};
  int64_t stride[Shape::kMaxRank] = {};
  for (int d = 0; d < rank; ++d) stride[d] = shape.Product(0, d);
  for (size_t out = 0; out < rows.size(); out += item_size) {
    int64_t from = 0;
    for (int d = 0; d < rank; ++d) from += index[d] * stride[d];
    std::memcpy(rows.data() + out, columns + static_cast<size_t>(from) * item_size, item_size);
    for (int d = rank - 1; d >= 0 && ++index[d] == shape[d]; --d) index[d] = 0;
  }
  return rows;
}

Status Bad(const std::string& name, const char* what) {
  return Status::Error(StatusCode::kInvalidArgument,
                       "'%s' is not a usable .npy file: %s; write it with numpy.save and a number type", name.c_str(),
                       what);
}

// Integers of 4 and 2 bits as int8 or uint8, one for each element.
std::vector<uint8_t> FormatUnpacked(ElementType type, const Shape& shape, const void* data) {
  std::vector<uint8_t> bytes;
  for (double value : converter::ToDoubles(type, data, static_cast<size_t>(shape.elements()))) {
    bytes.push_back(static_cast<uint8_t>(static_cast<int>(value)));
  }
  const ElementType whole =
      type == ElementType::kInt4 || type == ElementType::kInt2 ? ElementType::kInt8 : ElementType::kUint8;
  return FormatNpy(whole, shape, bytes.data(), bytes.size());
}

// Checks magic, version and header length. Null on success, else what is wrong.
const char* FindHeader(const std::vector<uint8_t>& file, size_t* header_offset, size_t* header_size) {
  if (file.size() < kMagicSize + kVersionSize || std::memcmp(file.data(), kMagic, kMagicSize) != 0) {
    return "it does not begin with \\x93NUMPY";
  }
  const int major = file[kMagicSize];
  if (major < 1 || major > 3) return "an unknown version, expected 1, 2 or 3";
  const size_t length_size = major == 1 ? 2 : 4;
  *header_offset = kMagicSize + kVersionSize + length_size;
  if (file.size() < *header_offset) return "it ends within the header";
  *header_size = 0;
  for (size_t i = 0; i < length_size; ++i) {
    *header_size |= static_cast<size_t>(file[kMagicSize + kVersionSize + i]) << (8 * i);
  }
  return *header_size > file.size() - *header_offset ? "it ends within the header" : nullptr;
}

}  // namespace

Result<HostTensor> ParseNpy(const std::vector<uint8_t>& file, const std::string& name, ElementType raw_type) {
  size_t header_offset, header_size;
  if (const char* error = FindHeader(file, &header_offset, &header_size)) return Bad(name, error);
  const char* text = reinterpret_cast<const char*>(file.data()) + header_offset;
  Header header;
  if (const char* error = HeaderParser(text, text + header_size).Parse(&header)) return Bad(name, error);
  const std::optional<ItemType> item = ParseDescr(header.descr, raw_type);
  if (!item) return Bad(name, ("elements of type '" + header.descr + "', which no tensor has").c_str());

  const size_t available = file.size() - header_offset - header_size;
  size_t expected = item->size;
  for (int64_t size : header.shape) {
    if (__builtin_mul_overflow(expected, static_cast<size_t>(size), &expected)) {
      return Bad(name, "the shape is larger than any memory");
    }
  }
  if (expected != available) {
    return Bad(name, ("expected " + std::to_string(expected) + " bytes of data for " + header.descr + " " +
                      ShapeText(header.shape) + ", found " + std::to_string(available))
                         .c_str());
  }
  HostTensor tensor;
  tensor.type = item->type;
  tensor.shape = header.shape;
  const uint8_t* data = file.data() + header_offset + header_size;
  if (header.fortran_order && header.shape.rank() > 1) {
    tensor.bytes = FromFortranOrder(header.shape, item->size, data);
  } else {
    tensor.bytes.assign(data, data + expected);
  }
  if (item->swap_bytes) SwapBytes(item->size, &tensor.bytes);
  return tensor;
}

Result<HostTensor> ReadNpy(const std::string& path, ElementType raw_type) {
  Result<std::vector<uint8_t>> file = converter::ReadFile(path);
  if (!file.ok()) return std::move(file.status());
  return ParseNpy(*file, path, raw_type);
}

std::vector<uint8_t> FormatNpy(ElementType type, const Shape& shape, const void* data, size_t bytes) {
  const bool integers_of_less_than_a_byte = type == ElementType::kInt4 || type == ElementType::kUint4 ||
                                            type == ElementType::kInt2 || type == ElementType::kUint2;
  if (integers_of_less_than_a_byte) return FormatUnpacked(type, shape, data);
  char kind = 'V';
  for (const NpyType& known : kTypes) {
    if (known.type == type) kind = known.kind;
  }
  const int item_size = std::max(ElementBits(type) / 8, 1);
  std::string header = "{'descr': '";
  header += item_size == 1 ? '|' : '<';
  header += kind + std::to_string(item_size) + "', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < shape.rank(); ++i) header += std::to_string(shape[i]) + (i + 1 < shape.rank() ? ", " : "");
  header += shape.rank() == 1 ? ",), }" : "), }";
  // The data begins at a multiple of 64; the padding ends in a new line.
  const size_t prefix = kMagicSize + kVersionSize + 2;
  header.resize((prefix + header.size() + 1 + 63) / 64 * 64 - prefix - 1, ' ');
  header += '\n';

  std::vector<uint8_t> file(kMagic, kMagic + kMagicSize);
  file.insert(file.end(), {1, 0, static_cast<uint8_t>(header.size()), static_cast<uint8_t>(header.size() >> 8)});
  file.insert(file.end(), header.begin(), header.end());
  const uint8_t* values = static_cast<const uint8_t*>(data);
  file.insert(file.end(), values, values + bytes);
  return file;
}

Status WriteNpy(const std::string& path, ElementType type, const Shape& shape, const void* data, size_t bytes) {
  const std::vector<uint8_t> file = FormatNpy(type, shape, data, bytes);
  return converter::WriteFileAtomically(path, file.data(), file.size());
}

}  // namespace linnet::cli
