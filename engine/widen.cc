#include "engine/widen.h"

#include <cmath>
#include <cstring>

namespace linnet {
namespace {

// A floating-point format narrower than 32 bits: sign, exponent, mantissa. Codes are those of positive values.
struct SmallFloat {
  int mantissa_bits;
  int bias;
  uint32_t sign;      // its bit
  uint32_t max;       // code of the largest finite value
  uint32_t overflow;  // code of infinity, or of NaN where there is no infinity
  uint32_t nan;
  bool unsigned_zero;  // the "UZ" formats: the code of -0 is the only NaN
};

constexpr SmallFloat kFloat16 = {10, 15, 0x8000, 0x7BFF, 0x7C00, 0x7E00, false};
constexpr SmallFloat kBfloat16 = {7, 127, 0x8000, 0x7F7F, 0x7F80, 0x7FC0, false};
constexpr SmallFloat kE4M3FN = {3, 7, 0x80, 0x7E, 0x7F, 0x7F, false};
constexpr SmallFloat kE4M3FNUZ = {3, 8, 0x80, 0x7F, 0x80, 0x80, true};
constexpr SmallFloat kE5M2 = {2, 15, 0x80, 0x7B, 0x7C, 0x7F, false};
constexpr SmallFloat kE5M2FNUZ = {2, 16, 0x80, 0x7F, 0x80, 0x80, true};
constexpr SmallFloat kE2M1 = {1, 1, 0x8, 0x7, 0x7, 0x7, false};  // no infinity, no NaN

// 2^e for e in [-1022, 1023].
double PowerOfTwo(int e) {
  const uint64_t bits = static_cast<uint64_t>(e + 1023) << 52;
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

double Decode(const SmallFloat& format, uint32_t code) {
  const uint32_t magnitude = code & (format.sign - 1);
  const bool negative = (code & format.sign) != 0;
  if (format.unsigned_zero && code == format.nan) return NAN;
  double value;
  if (magnitude > format.max) {
    value = magnitude == format.overflow && format.overflow != format.nan ? HUGE_VAL : NAN;
  } else {
    const int exponent = static_cast<int>(magnitude >> format.mantissa_bits);
    const uint32_t hidden = 1u << format.mantissa_bits;
    const uint32_t mantissa = (magnitude & (hidden - 1)) | (exponent > 0 ? hidden : 0);
    value = mantissa * PowerOfTwo((exponent > 0 ? exponent : 1) - format.bias - format.mantissa_bits);
  }
  return negative ? -value : value;
}

// Exponent fields and mantissas are consecutive integers, so a mantissa that rounds up to the next power of two carries
// into the exponent by itself.
uint32_t Encode(const SmallFloat& format, double value, bool saturate) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t sign = (bits >> 63) != 0 ? format.sign : 0;
  if (value != value) return format.unsigned_zero ? format.nan : format.nan | sign;
  const int lowest = 1 - format.bias;
  const int exponent = static_cast<int>(bits >> 52 & 0x7FF) - 1023;
  uint32_t code = format.max + 1;
  if (exponent <= format.bias + 1) {
    const int clamped = exponent > lowest ? exponent : lowest;
    // |value| in units of the last place: at most 2^(mantissa_bits + 1), and scaling by a power of two is exact.
    const double units = std::nearbyint(std::fabs(value) * PowerOfTwo(format.mantissa_bits - clamped));
    code = (static_cast<uint32_t>(clamped - lowest) << format.mantissa_bits) + static_cast<uint32_t>(units);
  }
  if (code > format.max) code = saturate ? format.max : format.overflow;
  if (format.unsigned_zero && (code == 0 || code == format.nan)) return code;
  return code | sign;
}

// Null for the other types.
const SmallFloat* SmallFloatOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat16: return &kFloat16;
    case ElementType::kBfloat16: return &kBfloat16;
    case ElementType::kFloat8E4M3FN: return &kE4M3FN;
    case ElementType::kFloat8E4M3FNUZ: return &kE4M3FNUZ;
    case ElementType::kFloat8E5M2: return &kE5M2;
    case ElementType::kFloat8E5M2FNUZ: return &kE5M2FNUZ;
    case ElementType::kFloat4E2M1: return &kE2M1;
    default: return nullptr;
  }
}

// float8e8m0 holds powers of two and nothing else: 2^(code - 127), 255 is NaN.
double DecodePower(uint32_t code) { return code == 0xFF ? NAN : PowerOfTwo(static_cast<int>(code) - 127); }

// Rounds up: the smallest power that is not below the value. Negative numbers have none.
uint32_t EncodePower(double value, bool saturate) {
  if (!(value >= 0)) return 0xFF;
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const int exponent = static_cast<int>(bits >> 52) - 1023;
  const int code = exponent + 127 + ((bits << 12) != 0 ? 1 : 0);
  if (code >= 0 && code < 0xFF) return static_cast<uint32_t>(code);
  return !saturate ? 0xFF : code < 0 ? 0 : 0xFE;
}

// Elements of `bits` bits, 2 or 4.
uint32_t LoadPacked(int bits, const void* data, int64_t index) {
  const int64_t at = index * bits;
  return static_cast<const uint8_t*>(data)[at >> 3] >> (at & 7) & ((1u << bits) - 1);
}

void StorePacked(int bits, void* data, int64_t index, uint32_t value) {
  const int64_t at = index * bits;
  uint8_t& byte = static_cast<uint8_t*>(data)[at >> 3];
  const uint32_t mask = ((1u << bits) - 1) << (at & 7);
  byte = static_cast<uint8_t>((byte & ~mask) | ((value << (at & 7)) & mask));
}

template <typename T>
void WidenReals(const void* data, int64_t first, size_t n, Wide* out) {
  const T* in = static_cast<const T*>(data) + first;
  for (size_t k = 0; k < n; ++k) out[k].f = in[k];
}

// T's own kind: int64_t and uint64_t have the same bytes in the union.
template <typename T>
void WidenIntegers(const void* data, int64_t first, size_t n, Wide* out) {
  const T* in = static_cast<const T*>(data) + first;
  for (size_t k = 0; k < n; ++k) out[k].u = static_cast<uint64_t>(in[k]);
}

void WidenSmallFloats(ElementType type, const void* data, int64_t first, size_t n, Wide* out) {
  const SmallFloat& format = *SmallFloatOf(type);
  for (size_t k = 0; k < n; ++k) {
    const int64_t index = first + static_cast<int64_t>(k);
    const uint32_t code = format.sign == 0x8000 ? static_cast<const uint16_t*>(data)[index]
                          : format.sign == 0x80 ? static_cast<const uint8_t*>(data)[index]
                                                : LoadPacked(4, data, index);
    out[k].f = Decode(format, code);
  }
}

void NarrowSmallFloats(ElementType type, const Wide* in, int64_t first, size_t n, void* data, bool saturate) {
  const SmallFloat& format = *SmallFloatOf(type);
  for (size_t k = 0; k < n; ++k) {
    const int64_t index = first + static_cast<int64_t>(k);
    const uint32_t code = Encode(format, in[k].f, saturate && format.sign <= 0x80);
    if (format.sign == 0x8000) {
      static_cast<uint16_t*>(data)[index] = static_cast<uint16_t>(code);
    } else if (format.sign == 0x80) {
      static_cast<uint8_t*>(data)[index] = static_cast<uint8_t>(code);
    } else {
      StorePacked(4, data, index, code);
    }
  }
}

template <typename T>
void NarrowReals(const Wide* in, int64_t first, size_t n, void* data) {
  T* out = static_cast<T*>(data) + first;
  for (size_t k = 0; k < n; ++k) out[k] = static_cast<T>(in[k].f);
}

template <typename T>
void NarrowIntegers(const Wide* in, int64_t first, size_t n, void* data) {
  T* out = static_cast<T*>(data) + first;
  for (size_t k = 0; k < n; ++k) out[k] = static_cast<T>(in[k].u);
}

// The low 64 bits of a truncated real, saturated to [lowest, highest] of `type`'s saturating width.
uint64_t TruncateReal(ElementType type, double value) {
  if (value != value) return 0;
  switch (type) {
    case ElementType::kInt32: value = std::fmin(std::fmax(value, -0x1p31), 0x1p31 - 1); break;
    case ElementType::kUint64:
      if (value >= 0x1p64) return UINT64_MAX;
      if (value >= 0x1p63) return static_cast<uint64_t>(value);
      break;
    case ElementType::kUint32: value = std::fmin(value, 0x1p32 - 1); break;
    default: break;
  }
  if (value >= 0x1p63) return INT64_MAX;
  if (value < -0x1p63) return static_cast<uint64_t>(INT64_MIN);
  return static_cast<uint64_t>(static_cast<int64_t>(value));
}

bool IsZero(const Wide& value, WideKind kind) { return kind == WideKind::kReal ? value.f == 0 : value.u == 0; }

// in[k] as `to`, in blocks through `out`.
void ConvertKind(ElementType type, const Wide* in, WideKind kind, size_t n, Wide* out) {
  for (size_t k = 0; k < n; ++k) {
    if (type == ElementType::kBool) {
      out[k].u = IsZero(in[k], kind) ? 0 : 1;
    } else if (WideKindOf(type) != WideKind::kReal) {
      out[k].u = kind == WideKind::kReal ? TruncateReal(type, in[k].f) : in[k].u;
    } else {
      out[k].f = kind == WideKind::kSigned     ? static_cast<double>(in[k].i)
                 : kind == WideKind::kUnsigned ? static_cast<double>(in[k].u)
                                               : in[k].f;
    }
  }
}

// `in` already has the kind of `type`.
void NarrowOwnKind(ElementType type, const Wide* in, int64_t first, size_t n, void* data, bool saturate) {
  switch (type) {
    case ElementType::kFloat32: return NarrowReals<float>(in, first, n, data);
    case ElementType::kFloat64: return NarrowReals<double>(in, first, n, data);
    case ElementType::kBool:
    case ElementType::kInt8:
    case ElementType::kUint8: return NarrowIntegers<uint8_t>(in, first, n, data);
    case ElementType::kInt16:
    case ElementType::kUint16: return NarrowIntegers<uint16_t>(in, first, n, data);
    case ElementType::kInt32:
    case ElementType::kUint32: return NarrowIntegers<uint32_t>(in, first, n, data);
    case ElementType::kInt64:
    case ElementType::kUint64: return NarrowIntegers<uint64_t>(in, first, n, data);
    case ElementType::kInt2:
    case ElementType::kUint2:
    case ElementType::kInt4:
    case ElementType::kUint4:
      for (size_t k = 0; k < n; ++k) {
        StorePacked(ElementBits(type), data, first + static_cast<int64_t>(k), static_cast<uint32_t>(in[k].u));
      }
      return;
    case ElementType::kFloat8E8M0:
      for (size_t k = 0; k < n; ++k) {
        static_cast<uint8_t*>(data)[static_cast<size_t>(first) + k] =
            static_cast<uint8_t>(EncodePower(in[k].f, saturate));
      }
      return;
    default:
      if (SmallFloatOf(type) != nullptr) NarrowSmallFloats(type, in, first, n, data, saturate);
  }
}

}  // namespace

WideKind WideKindOf(ElementType type) {
  switch (type) {
    case ElementType::kInt2:
    case ElementType::kInt4:
    case ElementType::kInt8:
    case ElementType::kInt16:
    case ElementType::kInt32:
    case ElementType::kInt64: return WideKind::kSigned;
    case ElementType::kBool:
    case ElementType::kUint2:
    case ElementType::kUint4:
    case ElementType::kUint8:
    case ElementType::kUint16:
    case ElementType::kUint32:
    case ElementType::kUint64: return WideKind::kUnsigned;
    case ElementType::kFloat8E8M0:
    case ElementType::kFloat32:
    case ElementType::kFloat64: return WideKind::kReal;
    default: return SmallFloatOf(type) != nullptr ? WideKind::kReal : WideKind::kNone;
  }
}

Wide LowestInteger(ElementType type) {
  Wide value;
  value.u = 0;
  if (WideKindOf(type) == WideKind::kSigned) value.i = -HighestInteger(type).i - 1;
  return value;
}

Wide HighestInteger(ElementType type) {
  Wide value;
  if (type == ElementType::kBool) {
    value.u = 1;
  } else {
    const int bits = ElementBits(type) - (WideKindOf(type) == WideKind::kSigned ? 1 : 0);
    value.u = UINT64_MAX >> (64 - bits);
  }
  return value;
}

void Widen(ElementType type, const void* data, int64_t first, size_t n, WideKind kind, Wide* out) {
  switch (type) {
    case ElementType::kFloat32: return WidenReals<float>(data, first, n, out);
    case ElementType::kFloat64: return WidenReals<double>(data, first, n, out);
    case ElementType::kBool:
    case ElementType::kUint8: WidenIntegers<uint8_t>(data, first, n, out); break;
    case ElementType::kUint16: WidenIntegers<uint16_t>(data, first, n, out); break;
    case ElementType::kUint32: WidenIntegers<uint32_t>(data, first, n, out); break;
    case ElementType::kInt8: WidenIntegers<int8_t>(data, first, n, out); break;
    case ElementType::kInt16: WidenIntegers<int16_t>(data, first, n, out); break;
    case ElementType::kInt32: WidenIntegers<int32_t>(data, first, n, out); break;
    case ElementType::kInt64:
    case ElementType::kUint64: WidenIntegers<uint64_t>(data, first, n, out); break;
    case ElementType::kInt2:
    case ElementType::kInt4:
    case ElementType::kUint2:
    case ElementType::kUint4: {
      const int bits = ElementBits(type);
      const uint32_t sign = WideKindOf(type) == WideKind::kSigned ? 1u << (bits - 1) : 0;
      for (size_t k = 0; k < n; ++k) {
        out[k].i = static_cast<int64_t>(LoadPacked(bits, data, first + static_cast<int64_t>(k)) ^ sign) - sign;
      }
      break;
    }
    case ElementType::kFloat8E8M0:
      for (size_t k = 0; k < n; ++k) {
        out[k].f = DecodePower(static_cast<const uint8_t*>(data)[static_cast<size_t>(first) + k]);
      }
      return;
    default:
      if (SmallFloatOf(type) != nullptr) WidenSmallFloats(type, data, first, n, out);
      return;
  }
  if (kind == WideKind::kReal) ConvertKind(ElementType::kFloat64, out, WideKindOf(type), n, out);
}

void Narrow(ElementType type, const Wide* in, WideKind kind, int64_t first, size_t n, void* data, bool saturate) {
  if (type != ElementType::kBool && (kind == WideKind::kReal) == (WideKindOf(type) == WideKind::kReal)) {
    return NarrowOwnKind(type, in, first, n, data, saturate);
  }
  Wide block[kWideBlock];
  for (size_t done = 0; done < n; done += kWideBlock) {
    const size_t count = n - done < kWideBlock ? n - done : kWideBlock;
    ConvertKind(type, in + done, kind, count, block);
    NarrowOwnKind(type, block, first + static_cast<int64_t>(done), count, data, saturate);
  }
}

}  // namespace linnet
