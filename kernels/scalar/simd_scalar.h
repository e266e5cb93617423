// The vector vocabulary, in portable code: the contract of every simd_<isa>.h. Bodies (<family>-inl.h) are written in
// these words only. Each instruction set has the same words in its own namespace, over its own registers.
//
// Types: VecF32 and VecI32 with kLanes lanes, Mask (one truth value per lane).
// Unaligned memory everywhere. LoadN / StoreN touch exactly n <= kLanes elements; the other lanes read as zero.
// Numbers: round to nearest even, IEEE, no contraction: Fma rounds once where kFusedFma, twice elsewhere.
#ifndef LINNET_KERNELS_SCALAR_SIMD_SCALAR_H_
#define LINNET_KERNELS_SCALAR_SIMD_SCALAR_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/isa.h"

#define LINNET_INLINE static inline __attribute__((always_inline))

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
namespace {

constexpr Isa kIsa = Isa::kScalar;
constexpr size_t kLanes = 4;     // a power of two, at most 16
// Vector registers, from which tiles take their size.
#if defined(LINNET_SMALL)
constexpr int kRegisters = 4;
#else
constexpr int kRegisters = 16;
#endif
constexpr bool kFusedFma = false;

typedef float VecF32 __attribute__((vector_size(16)));
typedef int32_t VecI32 __attribute__((vector_size(16)));
typedef uint32_t Mask __attribute__((vector_size(16)));

// --- Memory ---
LINNET_INLINE VecF32 Load(const float* p) {
  VecF32 v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
LINNET_INLINE void Store(float* p, VecF32 v) { std::memcpy(p, &v, sizeof(v)); }
LINNET_INLINE VecF32 LoadN(const float* p, size_t n) {
  VecF32 v = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) v[i] = p[i];
  return v;
}
LINNET_INLINE void StoreN(float* p, VecF32 v, size_t n) {
  for (size_t i = 0; i < n; ++i) p[i] = v[i];
}
LINNET_INLINE VecI32 LoadI32(const int32_t* p) {
  VecI32 v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
LINNET_INLINE void StoreI32(int32_t* p, VecI32 v) { std::memcpy(p, &v, sizeof(v)); }
LINNET_INLINE VecI32 LoadI32N(const int32_t* p, size_t n) {
  VecI32 v = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) v[i] = p[i];
  return v;
}
LINNET_INLINE void StoreI32N(int32_t* p, VecI32 v, size_t n) {
  for (size_t i = 0; i < n; ++i) p[i] = v[i];
}
LINNET_INLINE VecF32 Zero() { return VecF32{0, 0, 0, 0}; }
LINNET_INLINE VecF32 Set(float x) { return VecF32{x, x, x, x}; }  // every lane
LINNET_INLINE VecI32 SetI32(int32_t x) { return VecI32{x, x, x, x}; }

// --- Arithmetic ---
LINNET_INLINE VecF32 Add(VecF32 a, VecF32 b) { return a + b; }
LINNET_INLINE VecF32 Sub(VecF32 a, VecF32 b) { return a - b; }
LINNET_INLINE VecF32 Mul(VecF32 a, VecF32 b) { return a * b; }
LINNET_INLINE VecF32 Div(VecF32 a, VecF32 b) { return a / b; }
LINNET_INLINE VecF32 Fma(VecF32 a, VecF32 b, VecF32 c) { return a * b + c; }
LINNET_INLINE VecF32 FmaNeg(VecF32 a, VecF32 b, VecF32 c) { return c - a * b; }  // c - a b
// a[kLane] * b + c. kLane < 4: of the first four lanes.
template <int kLane>
LINNET_INLINE VecF32 FmaLane(VecF32 a, VecF32 b, VecF32 c) {
  return Fma(Set(a[kLane]), b, c);
}
LINNET_INLINE VecF32 Sqrt(VecF32 a) {
  return VecF32{std::sqrt(a[0]), std::sqrt(a[1]), std::sqrt(a[2]), std::sqrt(a[3])};
}

// --- Bits and integers (wrap around; shifts by 0 to 31) ---
LINNET_INLINE VecI32 BitsToI32(VecF32 a) { return (VecI32)a; }
LINNET_INLINE VecF32 BitsToF32(VecI32 a) { return (VecF32)a; }
LINNET_INLINE VecI32 Add(VecI32 a, VecI32 b) { return (VecI32)((Mask)a + (Mask)b); }
LINNET_INLINE VecI32 Sub(VecI32 a, VecI32 b) { return (VecI32)((Mask)a - (Mask)b); }
LINNET_INLINE VecI32 Mul(VecI32 a, VecI32 b) { return (VecI32)((Mask)a * (Mask)b); }
LINNET_INLINE VecI32 And(VecI32 a, VecI32 b) { return a & b; }
LINNET_INLINE VecI32 Or(VecI32 a, VecI32 b) { return a | b; }
LINNET_INLINE VecI32 Xor(VecI32 a, VecI32 b) { return a ^ b; }
template <int kBits>
LINNET_INLINE VecI32 ShiftLeft(VecI32 a) { return (VecI32)((Mask)a << kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRight(VecI32 a) { return (VecI32)((Mask)a >> kBits); }  // zeros come in
template <int kBits>
LINNET_INLINE VecI32 ShiftRightSigned(VecI32 a) { return a >> kBits; }
LINNET_INLINE VecF32 Abs(VecF32 a) { return BitsToF32(And(BitsToI32(a), SetI32(0x7fffffff))); }
LINNET_INLINE VecF32 Neg(VecF32 a) { return BitsToF32(Xor(BitsToI32(a), SetI32(INT32_MIN))); }
// `magnitude` with the sign bit of `sign`.
LINNET_INLINE VecF32 CopySign(VecF32 magnitude, VecF32 sign) {
  return BitsToF32(Or(And(BitsToI32(magnitude), SetI32(0x7fffffff)), And(BitsToI32(sign), SetI32(INT32_MIN))));
}

// --- Comparison (false where an operand is NaN) and choice ---
LINNET_INLINE Mask Eq(VecF32 a, VecF32 b) { return (Mask)(a == b); }
LINNET_INLINE Mask Lt(VecF32 a, VecF32 b) { return (Mask)(a < b); }
LINNET_INLINE Mask Le(VecF32 a, VecF32 b) { return (Mask)(a <= b); }
LINNET_INLINE Mask IsNaN(VecF32 a) { return (Mask)(a != a); }
LINNET_INLINE Mask Eq(VecI32 a, VecI32 b) { return (Mask)(a == b); }
LINNET_INLINE Mask Lt(VecI32 a, VecI32 b) { return (Mask)(a < b); }
LINNET_INLINE Mask MaskAnd(Mask a, Mask b) { return a & b; }
LINNET_INLINE Mask MaskOr(Mask a, Mask b) { return a | b; }
LINNET_INLINE Mask MaskNot(Mask a) { return ~a; }
// a where the mask is true, else b.
LINNET_INLINE VecF32 Select(Mask m, VecF32 a, VecF32 b) { return (VecF32)((m & (Mask)a) | (~m & (Mask)b)); }
LINNET_INLINE VecI32 Select(Mask m, VecI32 a, VecI32 b) { return (VecI32)((m & (Mask)a) | (~m & (Mask)b)); }
// MinFast, MaxFast: `a` is not NaN; NaN in b gives NaN. Min, Max: NaN in either gives NaN. Sign of zero unspecified.
LINNET_INLINE VecF32 MinFast(VecF32 a, VecF32 b) { return Select(Lt(a, b), a, b); }
LINNET_INLINE VecF32 MaxFast(VecF32 a, VecF32 b) { return Select(Lt(b, a), a, b); }
LINNET_INLINE VecF32 Min(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MinFast(a, b)); }
LINNET_INLINE VecF32 Max(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MaxFast(a, b)); }
LINNET_INLINE VecI32 Min(VecI32 a, VecI32 b) { return Select(Lt(a, b), a, b); }
LINNET_INLINE VecI32 Max(VecI32 a, VecI32 b) { return Select(Lt(b, a), a, b); }

// --- Conversion ---
LINNET_INLINE VecF32 ToF32(VecI32 a) { return __builtin_convertvector(a, VecF32); }
// |a| < 2^31, else the result is unspecified. ToI32: nearest, ties to even; TruncToI32: towards zero.
LINNET_INLINE VecI32 TruncToI32(VecF32 a) {
  // The guard keeps the conversion defined in C++ for every input.
  const Mask fits = Lt(Abs(a), Set(2147483648.0f));
  return __builtin_convertvector(Select(fits, a, Zero()), VecI32);
}
LINNET_INLINE VecF32 Round(VecF32 a) {  // nearest, ties to even
  // Adding 2^23 with the sign of a rounds its fraction away; from 2^23 on there is none.
  const VecF32 magic = CopySign(Set(8388608.0f), a);
  const VecF32 rounded = CopySign((a + magic) - magic, a);
  return Select(Lt(Abs(a), Set(8388608.0f)), rounded, a);
}
LINNET_INLINE VecI32 ToI32(VecF32 a) { return TruncToI32(Round(a)); }
LINNET_INLINE VecF32 Floor(VecF32 a) {
  const VecF32 r = Round(a);
  return CopySign(Select(Lt(a, r), r - Set(1.0f), r), a);
}
LINNET_INLINE VecF32 Ceil(VecF32 a) { return Neg(Floor(Neg(a))); }
LINNET_INLINE VecF32 Trunc(VecF32 a) { return CopySign(Floor(Abs(a)), a); }

// float16 to float32, all values (subnormals are exact even when denormals are flushed to zero).
LINNET_INLINE VecF32 HalfBitsToF32(VecI32 h) {
  const VecI32 magnitude = And(h, SetI32(0x7fff));
  const VecI32 sign = ShiftLeft<16>(And(h, SetI32(0x8000)));
  const VecI32 rebias = Select(Lt(magnitude, SetI32(0x7c00)), SetI32(112 << 23), SetI32(224 << 23));
  const VecF32 normal = BitsToF32(Add(ShiftLeft<13>(magnitude), rebias));
  const VecF32 subnormal = ToF32(magnitude) * Set(1.0f / 16777216.0f);
  return BitsToF32(Or(BitsToI32(Select(Lt(magnitude, SetI32(0x0400)), subnormal, normal)), sign));
}
LINNET_INLINE VecF32 LoadF16N(const uint16_t* p, size_t n) {
  VecI32 h = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) h[i] = p[i];
  return HalfBitsToF32(h);
}
LINNET_INLINE VecF32 LoadF16(const uint16_t* p) { return LoadF16N(p, kLanes); }

// --- Bytes: kLanes of them widened to VecI32, four such vectors at a time, or as VecI8 of kBytes = 4 kLanes. Stores take
// --- the low byte of each lane. REQUIRES: what is stored is a number of the type.
constexpr size_t kBytes = 4 * kLanes;
typedef int8_t VecI8 __attribute__((vector_size(16)));
LINNET_INLINE VecI32 LoadI8N(const int8_t* p, size_t n) {
  VecI32 v = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) v[i] = p[i];
  return v;
}
LINNET_INLINE VecI32 LoadU8N(const uint8_t* p, size_t n) {
  VecI32 v = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) v[i] = p[i];
  return v;
}
LINNET_INLINE VecI32 LoadI8(const int8_t* p) { return VecI32{p[0], p[1], p[2], p[3]}; }
LINNET_INLINE VecI32 LoadU8(const uint8_t* p) { return VecI32{p[0], p[1], p[2], p[3]}; }
LINNET_INLINE void StoreI8N(int8_t* p, VecI32 v, size_t n) {
  for (size_t i = 0; i < n; ++i) p[i] = static_cast<int8_t>(v[i]);
}
LINNET_INLINE void StoreU8N(uint8_t* p, VecI32 v, size_t n) {
  for (size_t i = 0; i < n; ++i) p[i] = static_cast<uint8_t>(v[i]);
}
LINNET_INLINE void Store4I8(int8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreI8N(p, a, kLanes);
  StoreI8N(p + kLanes, b, kLanes);
  StoreI8N(p + 2 * kLanes, c, kLanes);
  StoreI8N(p + 3 * kLanes, d, kLanes);
}
LINNET_INLINE void Store4U8(uint8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreU8N(p, a, kLanes);
  StoreU8N(p + kLanes, b, kLanes);
  StoreU8N(p + 2 * kLanes, c, kLanes);
  StoreU8N(p + 3 * kLanes, d, kLanes);
}
LINNET_INLINE VecI8 LoadBytes(const void* p) {
  VecI8 v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
LINNET_INLINE void StoreBytes(void* p, VecI8 v) { std::memcpy(p, &v, sizeof(v)); }
LINNET_INLINE VecI8 LoadBytesN(const void* p, size_t n) {
  VecI8 v = {};
  for (size_t i = 0; i < n; ++i) v[i] = static_cast<const int8_t*>(p)[i];
  return v;
}
LINNET_INLINE void StoreBytesN(void* p, VecI8 v, size_t n) {
  for (size_t i = 0; i < n; ++i) static_cast<int8_t*>(p)[i] = v[i];
}
LINNET_INLINE VecI8 SetI8(int8_t x) { return VecI8{} + x; }
LINNET_INLINE VecI8 XorI8(VecI8 a, VecI8 b) { return a ^ b; }
LINNET_INLINE VecI8 MinI8(VecI8 a, VecI8 b) { return a < b ? a : b; }  // signed
LINNET_INLINE VecI8 MaxI8(VecI8 a, VecI8 b) { return a < b ? b : a; }

// --- Across lanes: halves are combined until one lane is left ---
LINNET_INLINE float SumLanes(VecF32 a) { return (a[0] + a[2]) + (a[1] + a[3]); }
LINNET_INLINE int32_t SumLanes(VecI32 a) {
  const Mask u = (Mask)a;
  return static_cast<int32_t>(u[0] + u[1] + u[2] + u[3]);
}
LINNET_INLINE float MaxLanes(VecF32 a) {  // NaN if any lane is
  const VecF32 b = Max(a, VecF32{a[2], a[3], a[0], a[1]});
  return Max(b, VecF32{b[1], b[0], b[3], b[2]})[0];
}
LINNET_INLINE float MinLanes(VecF32 a) { return -MaxLanes(Neg(a)); }

}  // namespace
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_SCALAR_SIMD_SCALAR_H_
