#include "tests/engine/model_builder.h"

#include <algorithm>
#include <cmath>

#include "format/storage.h"

namespace linnet::testing {
namespace {

// A floating format of at most 16 bits: sign, exponent, mantissa. Decoded and encoded from the definition alone, so
// that the engine's conversions are checked against something else.
struct SmallFloat {
  int exponent_bits;
  int mantissa_bits;
  int bias;
  bool infinity;  // the highest exponent is for infinity and NaN
  int bits() const { return 1 + exponent_bits + mantissa_bits; }
};

SmallFloat FormatOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat16:
      return {5, 10, 15, true};
    case ElementType::kBfloat16:
      return {8, 7, 127, true};
    case ElementType::kFloat8E4M3FN:
      return {4, 3, 7, false};
    case ElementType::kFloat8E4M3FNUZ:
      return {4, 3, 8, false};
    case ElementType::kFloat8E5M2:
      return {5, 2, 15, true};
    case ElementType::kFloat8E5M2FNUZ:
      return {5, 2, 16, false};
    case ElementType::kFloat4E2M1:
      return {2, 1, 1, false};
    default:
      return {0, 0, 0, false};
  }
}

bool IsNanCode(ElementType type, int code) {
  switch (type) {
    case ElementType::kFloat8E4M3FN:
      return (code & 0x7f) == 0x7f;
    case ElementType::kFloat8E4M3FNUZ:
    case ElementType::kFloat8E5M2FNUZ:
      return code == 0x80;
    case ElementType::kFloat4E2M1:
      return false;
    default:
      break;
  }
  const SmallFloat f = FormatOf(type);
  const int top = (1 << f.exponent_bits) - 1;
  return ((code >> f.mantissa_bits) & top) == top && (code & ((1 << f.mantissa_bits) - 1)) != 0;
}

double Decode(ElementType type, int code) {
  if (IsNanCode(type, code)) return NAN;
  const SmallFloat f = FormatOf(type);
  const double sign = (code >> (f.bits() - 1)) & 1 ? -1.0 : 1.0;
  const int top = (1 << f.exponent_bits) - 1;
  const int exponent = (code >> f.mantissa_bits) & top;
  const int mantissa = code & ((1 << f.mantissa_bits) - 1);
  if (f.infinity && exponent == top) return sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - f.bias - f.mantissa_bits);
  return sign * std::ldexp(mantissa + (1 << f.mantissa_bits), exponent - f.bias - f.mantissa_bits);
}

// The code whose value is nearest, ties to the even code; positive codes are in the order of their values. Finite
// numbers beyond the largest become the largest.
int Encode(ElementType type, double number) {
  const SmallFloat f = FormatOf(type);
  const int half = 1 << (f.bits() - 1);
  if (std::isnan(number)) {
    for (int code = 2 * half - 1; code >= 0; --code) {
      if (IsNanCode(type, code)) return code;
    }
  }
  if (std::isinf(number) && f.infinity) {
    return ((1 << f.exponent_bits) - 1) << f.mantissa_bits | (number < 0 ? half : 0);
  }
  const double magnitude = std::fabs(number);
  int low = 0, high = half - 1;
  while (IsNanCode(type, high)) --high;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (Decode(type, middle) <= magnitude ? low : high) = middle;
  }
  const double below = magnitude - Decode(type, low);
  const double above = Decode(type, high) - magnitude;
  const int code = below < above ? low : above < below ? high : (low & 1) == 0 ? low : high;
  return std::signbit(number) && !(code == 0 && IsNanCode(type, half)) ? code | half : code;
}

template <typename T>
void StoreAs(double number, uint8_t* out) {
  const T value = static_cast<T>(number);
  std::memcpy(out, &value, sizeof(T));
}

template <typename T>
double LoadAs(const uint8_t* in) {
  T value;
  std::memcpy(&value, in, sizeof(T));
  return static_cast<double>(value);
}

int HalfByte(const uint8_t* bytes, size_t i) { return (bytes[i / 2] >> (i % 2 * 4)) & 15; }

void SetHalfByte(uint8_t* bytes, size_t i, int code) {
  bytes[i / 2] = static_cast<uint8_t>((bytes[i / 2] & (i % 2 ? 0x0f : 0xf0)) | (code & 15) << (i % 2 * 4));
}

void Store(ElementType type, double number, uint8_t* bytes, size_t i) {
  uint8_t* out = bytes + i * (ElementBits(type) / 8);
  switch (type) {
    case ElementType::kFloat32:
      return StoreAs<float>(number, out);
    case ElementType::kFloat64:
      return StoreAs<double>(number, out);
    case ElementType::kInt8:
      return StoreAs<int8_t>(number, out);
    case ElementType::kBool:
      *out = number != 0;
      return;
    case ElementType::kUint8:
      return StoreAs<uint8_t>(number, out);
    case ElementType::kInt16:
      return StoreAs<int16_t>(number, out);
    case ElementType::kUint16:
      return StoreAs<uint16_t>(number, out);
    case ElementType::kInt32:
      return StoreAs<int32_t>(number, out);
    case ElementType::kUint32:
      return StoreAs<uint32_t>(number, out);
    case ElementType::kInt64:
      return StoreAs<int64_t>(number, out);
    case ElementType::kUint64:
      return StoreAs<uint64_t>(number, out);
    case ElementType::kInt4:
    case ElementType::kUint4:
      return SetHalfByte(bytes, i, static_cast<int>(number));
    case ElementType::kFloat4E2M1:
      return SetHalfByte(bytes, i, Encode(type, number));
    case ElementType::kFloat16:
    case ElementType::kBfloat16: {
      const uint16_t code = static_cast<uint16_t>(Encode(type, number));
      std::memcpy(out, &code, sizeof(code));
      return;
    }
    default:
      *out = static_cast<uint8_t>(Encode(type, number));
  }
}

double Load(ElementType type, const uint8_t* bytes, size_t i) {
  const uint8_t* in = bytes + i * (ElementBits(type) / 8);
  switch (type) {
    case ElementType::kFloat32:
      return LoadAs<float>(in);
    case ElementType::kFloat64:
      return LoadAs<double>(in);
    case ElementType::kInt8:
      return LoadAs<int8_t>(in);
    case ElementType::kBool:
    case ElementType::kUint8:
      return LoadAs<uint8_t>(in);
    case ElementType::kInt16:
      return LoadAs<int16_t>(in);
    case ElementType::kUint16:
      return LoadAs<uint16_t>(in);
    case ElementType::kInt32:
      return LoadAs<int32_t>(in);
    case ElementType::kUint32:
      return LoadAs<uint32_t>(in);
    case ElementType::kInt64:
      return LoadAs<int64_t>(in);
    case ElementType::kUint64:
      return LoadAs<uint64_t>(in);
    case ElementType::kUint4:
      return HalfByte(bytes, i);
    case ElementType::kInt4:
      return (HalfByte(bytes, i) ^ 8) - 8;
    case ElementType::kFloat4E2M1:
      return Decode(type, HalfByte(bytes, i));
    case ElementType::kFloat16:
    case ElementType::kBfloat16:
      return Decode(type, in[0] | in[1] << 8);
    default:
      return Decode(type, *in);
  }
}

Value Allocate(ElementType type, const Shape& shape) {
  const size_t bits = static_cast<size_t>(shape.elements()) * ElementBits(type);
  return {type, shape, std::vector<uint8_t>((bits + 7) / 8)};
}

bool IsFloat(ElementType type) {
  return type == ElementType::kFloat32 || type == ElementType::kFloat64 || FormatOf(type).exponent_bits != 0;
}

}  // namespace

Value MakeValue(ElementType type, const Shape& shape, const std::vector<double>& numbers) {
  Value value = Allocate(type, shape);
  for (size_t i = 0; i < numbers.size() && i < static_cast<size_t>(shape.elements()); ++i) {
    Store(type, numbers[i], value.bytes.data(), i);
  }
  return value;
}

Value MakeInt64(const Shape& shape, const std::vector<int64_t>& numbers) {
  Value value = Allocate(ElementType::kInt64, shape);
  if (!value.bytes.empty()) std::memcpy(value.bytes.data(), numbers.data(), value.bytes.size());
  return value;
}

Value Iota(ElementType type, const Shape& shape) {
  const int64_t modulus = type == ElementType::kBool                 ? 2
                          : type == ElementType::kInt8               ? 128
                          : ElementBits(type) == 8 && !IsFloat(type) ? 256
                          : ElementBits(type) <= 8                   ? 8
                          : ElementBits(type) == 16 && IsFloat(type) ? 256
                          : ElementBits(type) == 16                  ? 32768
                                                                     : int64_t{1} << 24;
  std::vector<double> numbers(shape.elements());
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(static_cast<int64_t>(i) % modulus);
  return MakeValue(type, shape, numbers);
}

Value Random(ElementType type, const Shape& shape, uint32_t seed) {
  Value value = Allocate(type, shape);
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  const auto next = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33);
  };
  const size_t count = static_cast<size_t>(shape.elements());
  if (IsFloat(type) || type == ElementType::kBool) {
    for (size_t i = 0; i < count; ++i) {
      const double number = type == ElementType::kBool ? next() & 1 : (static_cast<int>(next() % 512) - 256) / 64.0;
      Store(type, number, value.bytes.data(), i);
    }
  } else {
    for (uint8_t& byte : value.bytes) byte = static_cast<uint8_t>(next());
  }
  return value;
}

std::vector<double> Numbers(const Value& value) {
  std::vector<double> numbers(value.shape.elements());
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = Load(value.type, value.bytes.data(), i);
  return numbers;
}

ModelBuilder::ModelBuilder() {
  model_.producer = "linnet tests";
  model_.subgraphs.push_back(std::make_unique<format::SubgraphT>());
  model_.subgraphs[0]->name = "main";
}

int ModelBuilder::AddTensor(const char* name, ElementType type, const Shape& shape) {
  auto tensor = std::make_unique<format::TensorT>();
  tensor->name = name;
  tensor->type = static_cast<format::ElementType>(type);
  tensor->shape.assign(shape.begin(), shape.end());
  auto& tensors = model_.subgraphs[0]->tensors;
  tensors.push_back(std::move(tensor));
  return static_cast<int>(tensors.size()) - 1;
}

int ModelBuilder::AddInput(const char* name, ElementType type, const Shape& shape, int64_t default_size) {
  const int index = AddTensor(name, type, shape);
  format::TensorT& added = tensor(index);
  for (int64_t size : shape) {
    const std::string symbol = size < 0 ? "d" + std::to_string(-size) : "";
    added.symbols.push_back(symbol);
    auto& symbols = model_.symbols;
    if (size < 0 && std::find(symbols.begin(), symbols.end(), symbol) == symbols.end()) {
      symbols.push_back(symbol);
      model_.default_dims.push_back(default_size);
    }
  }
  if (std::all_of(shape.begin(), shape.end(), [](int64_t size) { return size >= 0; })) added.symbols.clear();
  model_.subgraphs[0]->inputs.push_back(index);
  return index;
}

int ModelBuilder::AddConstant(const char* name, const Value& value) {
  return AddPacked(name, value.type, value.shape, format::StorageOrder::Plain, 0, 1, value.bytes);
}

int ModelBuilder::AddPacked(const char* name, ElementType type, const Shape& shape, format::StorageOrder order,
                            uint8_t width, uint32_t group, const std::vector<uint8_t>& bytes) {
  const int index = AddTensor(name, type, shape);
  format::TensorT& added = tensor(index);
  segment_.resize(format::RoundUp(segment_.size(), format::kSegmentAlignment));
  added.role = format::Role::Constant;
  added.offset = segment_.size();
  added.bytes = bytes.size();
  added.order = order;
  added.width = width;
  added.group = group;
  segment_.insert(segment_.end(), bytes.begin(), bytes.end());
  return index;
}

int ModelBuilder::AddResult(const char* name, ElementType type, const Shape& shape) {
  return AddTensor(name, type, shape);
}

format::OpT& ModelBuilder::AddOp(format::OpCode code, const std::vector<int>& inputs, const std::vector<int>& outputs,
                                 const char* name) {
  auto op = std::make_unique<format::OpT>();
  op->code = code;
  op->inputs = inputs;
  op->outputs = outputs;
  op->name = name;
  auto& ops = model_.subgraphs[0]->ops;
  ops.push_back(std::move(op));
  return *ops.back();
}

void ModelBuilder::MarkOutput(int tensor) { model_.subgraphs[0]->outputs.push_back(tensor); }

ModelBuilder::File ModelBuilder::Finish() {
  model_.segment_bytes = segment_.size();
  flatbuffers::FlatBufferBuilder builder;
  builder.FinishSizePrefixed(format::Model::Pack(builder, &model_), format::ModelIdentifier());
  const size_t segment_start = format::RoundUp(builder.GetSize(), format::kSegmentAlignment);
  File file;
  file.size_ = segment_start + segment_.size();
  file.storage_ = std::make_unique<uint8_t[]>(file.size_ + format::kSegmentAlignment);
  const size_t misalignment = reinterpret_cast<uintptr_t>(file.storage_.get()) % format::kSegmentAlignment;
  file.data_ = file.storage_.get() + (misalignment == 0 ? 0 : format::kSegmentAlignment - misalignment);
  std::memcpy(file.data_, builder.GetBufferPointer(), builder.GetSize());
  if (!segment_.empty()) std::memcpy(file.data_ + segment_start, segment_.data(), segment_.size());
  return file;
}

}  // namespace linnet::testing
