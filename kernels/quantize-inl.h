// Body of kernels/quantize.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes but its own parts.

namespace {

#include "kernels/quantized-inl.h"

// One name for the words of both types.
LINNET_INLINE VecI32 LoadByte(const int8_t* p) { return LoadI8(p); }
LINNET_INLINE VecI32 LoadByte(const uint8_t* p) { return LoadU8(p); }
LINNET_INLINE VecI32 LoadByteN(const int8_t* p, size_t n) { return LoadI8N(p, n); }
LINNET_INLINE VecI32 LoadByteN(const uint8_t* p, size_t n) { return LoadU8N(p, n); }
LINNET_INLINE void StoreByteN(int8_t* p, VecI32 v, size_t n) { StoreI8N(p, v, n); }
LINNET_INLINE void StoreByteN(uint8_t* p, VecI32 v, size_t n) { StoreU8N(p, v, n); }
LINNET_INLINE void Store4Bytes(int8_t* p, const VecI32 (&v)[4]) { Store4I8(p, v[0], v[1], v[2], v[3]); }
LINNET_INLINE void Store4Bytes(uint8_t* p, const VecI32 (&v)[4]) { Store4U8(p, v[0], v[1], v[2], v[3]); }

template <typename T>
LINNET_INLINE int32_t LeastOf() {
  return T(-1) < T(0) ? -128 : 0;
}
template <typename T>
LINNET_INLINE int32_t LargestOf() {
  return LeastOf<T>() + 255;
}

LINNET_INLINE VecF32 ZeroIfNaN(VecF32 x) { return Select(Eq(x, x), x, Zero()); }

template <typename T>
LINNET_INLINE void QuantizeUniform(const QuantizedRow<T>& row, const float* in, T* out) {
  const Quantizer q = MakeQuantizer(LeastOf<T>(), LargestOf<T>(), row.zero_point != nullptr ? row.zero_point[0] : 0);
  const VecF32 scale = Set(row.scale[0]);
  size_t i = 0;
  for (; i + 4 * kLanes <= row.n; i += 4 * kLanes) {
    VecI32 y[4];
    for (size_t v = 0; v < 4; ++v) y[v] = Quantized(q, ZeroIfNaN(Div(Load(in + i + v * kLanes), scale)));
    Store4Bytes(out + i, y);
  }
  for (; i < row.n; i += kLanes) {
    const size_t left = row.n - i < kLanes ? row.n - i : kLanes;
    StoreByteN(out + i, Quantized(q, ZeroIfNaN(Div(LoadN(in + i, left), scale))), left);
  }
}

template <typename T>
LINNET_INLINE void QuantizeEach(const QuantizedRow<T>& row, const float* in, T* out) {
  const VecF32 least = Set(static_cast<float>(LeastOf<T>())), largest = Set(static_cast<float>(LargestOf<T>()));
  for (size_t i = 0; i < row.n; i += kLanes) {
    const size_t left = row.n - i < kLanes ? row.n - i : kLanes;
    const VecI32 zero_point = row.zero_point != nullptr ? LoadByteN(row.zero_point + i, left) : SetI32(0);
    const VecF32 shift = ToF32(zero_point);
    const Quantizer q = {Sub(least, shift), Sub(largest, shift), zero_point};
    // Lanes behind the row divide 0 by 0.
    const VecF32 quotient = ZeroIfNaN(Div(LoadN(in + i, left), LoadN(row.scale + i, left)));
    StoreByteN(out + i, Quantized(q, quotient), left);
  }
}

template <typename T>
LINNET_INLINE void QuantizeRow(const QuantizedRow<T>& row, const float* in, T* out) {
  if (row.n == 0) return;
  if (row.uniform) {
    QuantizeUniform(row, in, out);
  } else {
    QuantizeEach(row, in, out);
  }
}

template <typename T>
LINNET_INLINE void DequantizeUniform(const QuantizedRow<T>& row, const T* in, float* out) {
  const VecI32 zero_point = SetI32(row.zero_point != nullptr ? row.zero_point[0] : 0);
  const VecF32 scale = Set(row.scale[0]);
  size_t i = 0;
  for (; i + kLanes <= row.n; i += kLanes) Store(out + i, Mul(ToF32(Sub(LoadByte(in + i), zero_point)), scale));
  if (i < row.n) StoreN(out + i, Mul(ToF32(Sub(LoadByteN(in + i, row.n - i), zero_point)), scale), row.n - i);
}

template <typename T>
LINNET_INLINE void DequantizeRow(const QuantizedRow<T>& row, const T* in, float* out) {
  if (row.n == 0) return;
  if (row.uniform) return DequantizeUniform(row, in, out);
  for (size_t i = 0; i < row.n; i += kLanes) {
    const size_t left = row.n - i < kLanes ? row.n - i : kLanes;
    VecI32 x = LoadByteN(in + i, left);
    if (row.zero_point != nullptr) x = Sub(x, LoadByteN(row.zero_point + i, left));
    StoreN(out + i, Mul(ToF32(x), LoadN(row.scale + i, left)), left);
  }
}

}  // namespace

void QuantizeI8(const QuantizedRow<int8_t>& row, const float* in, int8_t* out) { QuantizeRow(row, in, out); }
void QuantizeU8(const QuantizedRow<uint8_t>& row, const float* in, uint8_t* out) { QuantizeRow(row, in, out); }
void DequantizeI8(const QuantizedRow<int8_t>& row, const int8_t* in, float* out) { DequantizeRow(row, in, out); }
void DequantizeU8(const QuantizedRow<uint8_t>& row, const uint8_t* in, float* out) { DequantizeRow(row, in, out); }

void ScaleF32ToI8(const ScaleToI8& scale, size_t n, const float* in, int8_t* out) {
  const Quantizer q = MakeQuantizer(scale.lo, scale.hi, scale.zero_point);
  const VecF32 multiplier = Set(scale.multiplier);
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    VecI32 y[4];
    for (size_t v = 0; v < 4; ++v) y[v] = Quantized(q, ZeroIfNaN(Mul(Load(in + i + v * kLanes), multiplier)));
    Store4Bytes(out + i, y);
  }
  for (; i < n; i += kLanes) {
    const size_t left = n - i < kLanes ? n - i : kLanes;
    StoreI8N(out + i, Quantized(q, ZeroIfNaN(Mul(LoadN(in + i, left), multiplier))), left);
  }
}
