// The vector vocabulary over SSE4.1. Contract: kernels/scalar/simd_scalar.h.
#ifndef LINNET_KERNELS_X86_SIMD_SSE41_H_
#define LINNET_KERNELS_X86_SIMD_SSE41_H_

#include <immintrin.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/isa.h"

#define LINNET_INLINE static inline __attribute__((always_inline))

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
namespace {

constexpr Isa kIsa = Isa::kSse41;
constexpr size_t kLanes = 4;
constexpr int kRegisters = 16;
constexpr bool kFusedFma = false;

using VecF32 = __m128;
using VecI32 = __m128i;
struct Mask {
  __m128 bits;
};

// --- Memory ---
LINNET_INLINE VecF32 Load(const float* p) { return _mm_loadu_ps(p); }
LINNET_INLINE void Store(float* p, VecF32 v) { _mm_storeu_ps(p, v); }
LINNET_INLINE VecI32 LoadI32(const int32_t* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
LINNET_INLINE void StoreI32(int32_t* p, VecI32 v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v); }
LINNET_INLINE VecF32 LoadPair(const float* p) {
  return _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE void StorePair(float* p, VecF32 v) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(v));
}
LINNET_INLINE VecF32 LoadN(const float* p, size_t n) {
  switch (n) {
    case 0: return _mm_setzero_ps();
    case 1: return _mm_load_ss(p);
    case 2: return LoadPair(p);
    case 3: return _mm_movelh_ps(LoadPair(p), _mm_load_ss(p + 2));
    default: return _mm_loadu_ps(p);
  }
}
LINNET_INLINE void StoreN(float* p, VecF32 v, size_t n) {
  switch (n) {
    case 0: return;
    case 1: return _mm_store_ss(p, v);
    case 2: return StorePair(p, v);
    case 3: StorePair(p, v); return _mm_store_ss(p + 2, _mm_movehl_ps(v, v));
    default: return _mm_storeu_ps(p, v);
  }
}
LINNET_INLINE VecI32 LoadI32N(const int32_t* p, size_t n) {
  return _mm_castps_si128(LoadN(reinterpret_cast<const float*>(p), n));
}
LINNET_INLINE void StoreI32N(int32_t* p, VecI32 v, size_t n) {
  StoreN(reinterpret_cast<float*>(p), _mm_castsi128_ps(v), n);
}
LINNET_INLINE VecF32 Zero() { return _mm_setzero_ps(); }
LINNET_INLINE VecF32 Set(float x) { return _mm_set1_ps(x); }
LINNET_INLINE VecI32 SetI32(int32_t x) { return _mm_set1_epi32(x); }

// --- Arithmetic ---
LINNET_INLINE VecF32 Add(VecF32 a, VecF32 b) { return _mm_add_ps(a, b); }
LINNET_INLINE VecF32 Sub(VecF32 a, VecF32 b) { return _mm_sub_ps(a, b); }
LINNET_INLINE VecF32 Mul(VecF32 a, VecF32 b) { return _mm_mul_ps(a, b); }
LINNET_INLINE VecF32 Div(VecF32 a, VecF32 b) { return _mm_div_ps(a, b); }
LINNET_INLINE VecF32 Fma(VecF32 a, VecF32 b, VecF32 c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
LINNET_INLINE VecF32 FmaNeg(VecF32 a, VecF32 b, VecF32 c) { return _mm_sub_ps(c, _mm_mul_ps(a, b)); }
template <int kLane>
LINNET_INLINE VecF32 FmaLane(VecF32 a, VecF32 b, VecF32 c) {
  return Fma(_mm_castsi128_ps(_mm_shuffle_epi32(_mm_castps_si128(a), kLane * 0x55)), b, c);
}
LINNET_INLINE VecF32 Sqrt(VecF32 a) { return _mm_sqrt_ps(a); }

// --- Bits and integers ---
LINNET_INLINE VecI32 BitsToI32(VecF32 a) { return _mm_castps_si128(a); }
LINNET_INLINE VecF32 BitsToF32(VecI32 a) { return _mm_castsi128_ps(a); }
LINNET_INLINE VecI32 Add(VecI32 a, VecI32 b) { return _mm_add_epi32(a, b); }
LINNET_INLINE VecI32 Sub(VecI32 a, VecI32 b) { return _mm_sub_epi32(a, b); }
LINNET_INLINE VecI32 Mul(VecI32 a, VecI32 b) { return _mm_mullo_epi32(a, b); }
LINNET_INLINE VecI32 And(VecI32 a, VecI32 b) { return _mm_and_si128(a, b); }
LINNET_INLINE VecI32 Or(VecI32 a, VecI32 b) { return _mm_or_si128(a, b); }
LINNET_INLINE VecI32 Xor(VecI32 a, VecI32 b) { return _mm_xor_si128(a, b); }
template <int kBits>
LINNET_INLINE VecI32 ShiftLeft(VecI32 a) { return _mm_slli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRight(VecI32 a) { return _mm_srli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRightSigned(VecI32 a) { return _mm_srai_epi32(a, kBits); }
LINNET_INLINE VecF32 Abs(VecF32 a) { return _mm_andnot_ps(_mm_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 Neg(VecF32 a) { return _mm_xor_ps(_mm_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 CopySign(VecF32 magnitude, VecF32 sign) {
  return _mm_or_ps(Abs(magnitude), _mm_and_ps(_mm_set1_ps(-0.0f), sign));
}

// --- Comparison and choice ---
LINNET_INLINE Mask Eq(VecF32 a, VecF32 b) { return {_mm_cmpeq_ps(a, b)}; }
LINNET_INLINE Mask Lt(VecF32 a, VecF32 b) { return {_mm_cmplt_ps(a, b)}; }
LINNET_INLINE Mask Le(VecF32 a, VecF32 b) { return {_mm_cmple_ps(a, b)}; }
LINNET_INLINE Mask IsNaN(VecF32 a) { return {_mm_cmpunord_ps(a, a)}; }
LINNET_INLINE Mask Eq(VecI32 a, VecI32 b) { return {_mm_castsi128_ps(_mm_cmpeq_epi32(a, b))}; }
LINNET_INLINE Mask Lt(VecI32 a, VecI32 b) { return {_mm_castsi128_ps(_mm_cmplt_epi32(a, b))}; }
LINNET_INLINE Mask MaskAnd(Mask a, Mask b) { return {_mm_and_ps(a.bits, b.bits)}; }
LINNET_INLINE Mask MaskOr(Mask a, Mask b) { return {_mm_or_ps(a.bits, b.bits)}; }
LINNET_INLINE Mask MaskNot(Mask a) { return {_mm_xor_ps(a.bits, _mm_castsi128_ps(_mm_set1_epi32(-1)))}; }
LINNET_INLINE VecF32 Select(Mask m, VecF32 a, VecF32 b) { return _mm_blendv_ps(b, a, m.bits); }
LINNET_INLINE VecI32 Select(Mask m, VecI32 a, VecI32 b) {
  return BitsToI32(_mm_blendv_ps(BitsToF32(b), BitsToF32(a), m.bits));
}
LINNET_INLINE VecF32 MinFast(VecF32 a, VecF32 b) { return _mm_min_ps(a, b); }
LINNET_INLINE VecF32 MaxFast(VecF32 a, VecF32 b) { return _mm_max_ps(a, b); }
LINNET_INLINE VecF32 Min(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MinFast(a, b)); }
LINNET_INLINE VecF32 Max(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MaxFast(a, b)); }
LINNET_INLINE VecI32 Min(VecI32 a, VecI32 b) { return _mm_min_epi32(a, b); }
LINNET_INLINE VecI32 Max(VecI32 a, VecI32 b) { return _mm_max_epi32(a, b); }

// --- Conversion ---
LINNET_INLINE VecF32 ToF32(VecI32 a) { return _mm_cvtepi32_ps(a); }
LINNET_INLINE VecI32 ToI32(VecF32 a) { return _mm_cvtps_epi32(a); }
LINNET_INLINE VecI32 TruncToI32(VecF32 a) { return _mm_cvttps_epi32(a); }
LINNET_INLINE VecF32 Round(VecF32 a) { return _mm_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Floor(VecF32 a) { return _mm_round_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Ceil(VecF32 a) { return _mm_round_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Trunc(VecF32 a) { return _mm_round_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }

LINNET_INLINE VecF32 HalfBitsToF32(VecI32 h) {
  const VecI32 magnitude = And(h, SetI32(0x7fff));
  const VecI32 sign = ShiftLeft<16>(And(h, SetI32(0x8000)));
  const VecI32 rebias = Select(Lt(magnitude, SetI32(0x7c00)), SetI32(112 << 23), SetI32(224 << 23));
  const VecF32 normal = BitsToF32(Add(ShiftLeft<13>(magnitude), rebias));
  const VecF32 subnormal = Mul(ToF32(magnitude), Set(1.0f / 16777216.0f));
  return BitsToF32(Or(BitsToI32(Select(Lt(magnitude, SetI32(0x0400)), subnormal, normal)), sign));
}
LINNET_INLINE VecF32 LoadF16(const uint16_t* p) {
  return HalfBitsToF32(_mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
LINNET_INLINE VecF32 LoadF16N(const uint16_t* p, size_t n) {
  uint16_t h[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) h[i] = p[i];
  return LoadF16(h);
}

// --- Bytes ---
constexpr size_t kBytes = 4 * kLanes;
using VecI8 = __m128i;
// n <= 8 bytes, the lowest first; nothing behind them is read or written.
LINNET_INLINE uint64_t LoadWordN(const void* p, size_t n) {
  const uint8_t* end = static_cast<const uint8_t*>(p) + n;
  uint64_t word = 0;
  uint32_t four;
  uint16_t two;
  if (n & 8) {
    std::memcpy(&word, p, 8);
    return word;
  }
  if (n & 1) word = *--end;
  if (n & 2) std::memcpy(&two, end -= 2, 2), word = word << 16 | two;
  if (n & 4) std::memcpy(&four, end -= 4, 4), word = word << 32 | four;
  return word;
}
LINNET_INLINE void StoreWordN(void* p, uint64_t word, size_t n) {
  uint8_t* to = static_cast<uint8_t*>(p);
  if (n & 8) std::memcpy(to, &word, 8);
  if (n & 4) std::memcpy(to, &word, 4), to += 4, word >>= 32;
  if (n & 2) std::memcpy(to, &word, 2), to += 2, word >>= 16;
  if (n & 1) *to = static_cast<uint8_t>(word);
}
LINNET_INLINE VecI32 LoadI8N(const int8_t* p, size_t n) {
  return _mm_cvtepi8_epi32(_mm_cvtsi64_si128(static_cast<long long>(LoadWordN(p, n))));
}
LINNET_INLINE VecI32 LoadU8N(const uint8_t* p, size_t n) {
  return _mm_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(LoadWordN(p, n))));
}
LINNET_INLINE VecI32 LoadI8(const int8_t* p) { return LoadI8N(p, 4); }
LINNET_INLINE VecI32 LoadU8(const uint8_t* p) { return LoadU8N(p, 4); }
LINNET_INLINE void StoreI8N(int8_t* p, VecI32 v, size_t n) {
  const __m128i words = _mm_packs_epi32(v, v);
  StoreWordN(p, static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packs_epi16(words, words))), n);
}
LINNET_INLINE void StoreU8N(uint8_t* p, VecI32 v, size_t n) {
  const __m128i words = _mm_packs_epi32(v, v);
  StoreWordN(p, static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(words, words))), n);
}
LINNET_INLINE VecI8 LoadBytes(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
LINNET_INLINE void StoreBytes(void* p, VecI8 v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
LINNET_INLINE void Store4I8(int8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreBytes(p, _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
}
LINNET_INLINE void Store4U8(uint8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreBytes(p, _mm_packus_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
}
LINNET_INLINE VecI8 LoadBytesN(const void* p, size_t n) {
  const uint8_t* from = static_cast<const uint8_t*>(p);
  const uint64_t low = LoadWordN(from, n < 8 ? n : 8), high = n > 8 ? LoadWordN(from + 8, n - 8) : 0;
  return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}
LINNET_INLINE void StoreBytesN(void* p, VecI8 v, size_t n) {
  uint8_t* to = static_cast<uint8_t*>(p);
  StoreWordN(to, static_cast<uint64_t>(_mm_cvtsi128_si64(v)), n < 8 ? n : 8);
  if (n > 8) StoreWordN(to + 8, static_cast<uint64_t>(_mm_extract_epi64(v, 1)), n - 8);
}
LINNET_INLINE VecI8 SetI8(int8_t x) { return _mm_set1_epi8(x); }
LINNET_INLINE VecI8 XorI8(VecI8 a, VecI8 b) { return _mm_xor_si128(a, b); }
LINNET_INLINE VecI8 MinI8(VecI8 a, VecI8 b) { return _mm_min_epi8(a, b); }
LINNET_INLINE VecI8 MaxI8(VecI8 a, VecI8 b) { return _mm_max_epi8(a, b); }

// --- Across lanes ---
LINNET_INLINE float SumLanes(VecF32 a) {
  const __m128 b = _mm_add_ps(a, _mm_movehl_ps(a, a));
  return _mm_cvtss_f32(_mm_add_ss(b, _mm_shuffle_ps(b, b, 1)));
}
LINNET_INLINE int32_t SumLanes(VecI32 a) {
  const __m128i b = _mm_add_epi32(a, _mm_shuffle_epi32(a, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(b, _mm_shuffle_epi32(b, 0xb1)));
}
LINNET_INLINE float MaxLanes(VecF32 a) {
  const __m128 b = Max(a, _mm_shuffle_ps(a, a, 0x4e));
  return _mm_cvtss_f32(Max(b, _mm_shuffle_ps(b, b, 0xb1)));
}
LINNET_INLINE float MinLanes(VecF32 a) { return -MaxLanes(Neg(a)); }

}  // namespace
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_SIMD_SSE41_H_
