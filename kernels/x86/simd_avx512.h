// The vector vocabulary over AVX-512 (F, BW, DQ, VL). Contract: kernels/scalar/simd_scalar.h.
#ifndef LINNET_KERNELS_X86_SIMD_AVX512_H_
#define LINNET_KERNELS_X86_SIMD_AVX512_H_

// g++ 12 takes the deliberately undefined registers of its own intrinsics for a mistake.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/isa.h"

#define LINNET_INLINE static inline __attribute__((always_inline))

#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
namespace {

constexpr Isa kIsa = Isa::kAvx512;
constexpr size_t kLanes = 16;
constexpr int kRegisters = 32;
constexpr bool kFusedFma = true;

using VecF32 = __m512;
using VecI32 = __m512i;
struct Mask {
  __mmask16 bits;
};

// --- Memory ---
LINNET_INLINE __mmask16 FirstN(size_t n) { return static_cast<__mmask16>((1u << n) - 1); }
LINNET_INLINE VecF32 Load(const float* p) { return _mm512_loadu_ps(p); }
LINNET_INLINE void Store(float* p, VecF32 v) { _mm512_storeu_ps(p, v); }
LINNET_INLINE VecF32 LoadN(const float* p, size_t n) { return _mm512_maskz_loadu_ps(FirstN(n), p); }
LINNET_INLINE void StoreN(float* p, VecF32 v, size_t n) { _mm512_mask_storeu_ps(p, FirstN(n), v); }
LINNET_INLINE VecI32 LoadI32(const int32_t* p) { return _mm512_loadu_si512(p); }
LINNET_INLINE void StoreI32(int32_t* p, VecI32 v) { _mm512_storeu_si512(p, v); }
LINNET_INLINE VecI32 LoadI32N(const int32_t* p, size_t n) { return _mm512_maskz_loadu_epi32(FirstN(n), p); }
LINNET_INLINE void StoreI32N(int32_t* p, VecI32 v, size_t n) { _mm512_mask_storeu_epi32(p, FirstN(n), v); }
LINNET_INLINE VecF32 Zero() { return _mm512_setzero_ps(); }
LINNET_INLINE VecF32 Set(float x) { return _mm512_set1_ps(x); }
LINNET_INLINE VecI32 SetI32(int32_t x) { return _mm512_set1_epi32(x); }

// --- Arithmetic ---
LINNET_INLINE VecF32 Add(VecF32 a, VecF32 b) { return _mm512_add_ps(a, b); }
LINNET_INLINE VecF32 Sub(VecF32 a, VecF32 b) { return _mm512_sub_ps(a, b); }
LINNET_INLINE VecF32 Mul(VecF32 a, VecF32 b) { return _mm512_mul_ps(a, b); }
LINNET_INLINE VecF32 Div(VecF32 a, VecF32 b) { return _mm512_div_ps(a, b); }
LINNET_INLINE VecF32 Fma(VecF32 a, VecF32 b, VecF32 c) { return _mm512_fmadd_ps(a, b, c); }
LINNET_INLINE VecF32 FmaNeg(VecF32 a, VecF32 b, VecF32 c) { return _mm512_fnmadd_ps(a, b, c); }
template <int kLane>
LINNET_INLINE VecF32 FmaLane(VecF32 a, VecF32 b, VecF32 c) {
  const __m128 lane = _mm512_castps512_ps128(a);
  return Fma(_mm512_broadcastss_ps(_mm_shuffle_ps(lane, lane, kLane * 0x55)), b, c);
}
LINNET_INLINE VecF32 Sqrt(VecF32 a) { return _mm512_sqrt_ps(a); }

// --- Bits and integers ---
LINNET_INLINE VecI32 BitsToI32(VecF32 a) { return _mm512_castps_si512(a); }
LINNET_INLINE VecF32 BitsToF32(VecI32 a) { return _mm512_castsi512_ps(a); }
LINNET_INLINE VecI32 Add(VecI32 a, VecI32 b) { return _mm512_add_epi32(a, b); }
LINNET_INLINE VecI32 Sub(VecI32 a, VecI32 b) { return _mm512_sub_epi32(a, b); }
LINNET_INLINE VecI32 Mul(VecI32 a, VecI32 b) { return _mm512_mullo_epi32(a, b); }
LINNET_INLINE VecI32 And(VecI32 a, VecI32 b) { return _mm512_and_si512(a, b); }
LINNET_INLINE VecI32 Or(VecI32 a, VecI32 b) { return _mm512_or_si512(a, b); }
LINNET_INLINE VecI32 Xor(VecI32 a, VecI32 b) { return _mm512_xor_si512(a, b); }
template <int kBits>
LINNET_INLINE VecI32 ShiftLeft(VecI32 a) { return _mm512_slli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRight(VecI32 a) { return _mm512_srli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRightSigned(VecI32 a) { return _mm512_srai_epi32(a, kBits); }
LINNET_INLINE VecF32 Abs(VecF32 a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 Neg(VecF32 a) { return _mm512_xor_ps(_mm512_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 CopySign(VecF32 magnitude, VecF32 sign) {
  return _mm512_or_ps(Abs(magnitude), _mm512_and_ps(_mm512_set1_ps(-0.0f), sign));
}

// --- Comparison and choice ---
LINNET_INLINE Mask Eq(VecF32 a, VecF32 b) { return {_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ)}; }
LINNET_INLINE Mask Lt(VecF32 a, VecF32 b) { return {_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ)}; }
LINNET_INLINE Mask Le(VecF32 a, VecF32 b) { return {_mm512_cmp_ps_mask(a, b, _CMP_LE_OQ)}; }
LINNET_INLINE Mask IsNaN(VecF32 a) { return {_mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q)}; }
LINNET_INLINE Mask Eq(VecI32 a, VecI32 b) { return {_mm512_cmpeq_epi32_mask(a, b)}; }
LINNET_INLINE Mask Lt(VecI32 a, VecI32 b) { return {_mm512_cmplt_epi32_mask(a, b)}; }
LINNET_INLINE Mask MaskAnd(Mask a, Mask b) { return {static_cast<__mmask16>(a.bits & b.bits)}; }
LINNET_INLINE Mask MaskOr(Mask a, Mask b) { return {static_cast<__mmask16>(a.bits | b.bits)}; }
LINNET_INLINE Mask MaskNot(Mask a) { return {static_cast<__mmask16>(~a.bits)}; }
LINNET_INLINE VecF32 Select(Mask m, VecF32 a, VecF32 b) { return _mm512_mask_blend_ps(m.bits, b, a); }
LINNET_INLINE VecI32 Select(Mask m, VecI32 a, VecI32 b) { return _mm512_mask_blend_epi32(m.bits, b, a); }
LINNET_INLINE VecF32 MinFast(VecF32 a, VecF32 b) { return _mm512_min_ps(a, b); }
LINNET_INLINE VecF32 MaxFast(VecF32 a, VecF32 b) { return _mm512_max_ps(a, b); }
LINNET_INLINE VecF32 Min(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MinFast(a, b)); }
LINNET_INLINE VecF32 Max(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MaxFast(a, b)); }
LINNET_INLINE VecI32 Min(VecI32 a, VecI32 b) { return _mm512_min_epi32(a, b); }
LINNET_INLINE VecI32 Max(VecI32 a, VecI32 b) { return _mm512_max_epi32(a, b); }

// --- Conversion ---
LINNET_INLINE VecF32 ToF32(VecI32 a) { return _mm512_cvtepi32_ps(a); }
LINNET_INLINE VecI32 ToI32(VecF32 a) { return _mm512_cvtps_epi32(a); }
LINNET_INLINE VecI32 TruncToI32(VecF32 a) { return _mm512_cvttps_epi32(a); }
LINNET_INLINE VecF32 Round(VecF32 a) {
  return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
LINNET_INLINE VecF32 Floor(VecF32 a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Ceil(VecF32 a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Trunc(VecF32 a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 LoadF16(const uint16_t* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
LINNET_INLINE VecF32 LoadF16N(const uint16_t* p, size_t n) {
  return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(FirstN(n), p));
}

// --- Bytes ---
constexpr size_t kBytes = 4 * kLanes;
using VecI8 = __m512i;
LINNET_INLINE __mmask64 FirstBytes(size_t n) { return n >= 64 ? ~__mmask64{0} : (__mmask64{1} << n) - 1; }
LINNET_INLINE VecI32 LoadI8(const int8_t* p) {
  return _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE VecI32 LoadU8(const uint8_t* p) {
  return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE VecI32 LoadI8N(const int8_t* p, size_t n) {
  return _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(FirstN(n), p));
}
LINNET_INLINE VecI32 LoadU8N(const uint8_t* p, size_t n) {
  return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(FirstN(n), p));
}
LINNET_INLINE void StoreI8N(int8_t* p, VecI32 v, size_t n) {
  _mm_mask_storeu_epi8(p, FirstN(n), _mm512_cvtepi32_epi8(v));
}
LINNET_INLINE void StoreU8N(uint8_t* p, VecI32 v, size_t n) {
  _mm_mask_storeu_epi8(p, FirstN(n), _mm512_cvtepi32_epi8(v));
}
LINNET_INLINE void Store4I8(int8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(a));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 16), _mm512_cvtepi32_epi8(b));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 32), _mm512_cvtepi32_epi8(c));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 48), _mm512_cvtepi32_epi8(d));
}
LINNET_INLINE void Store4U8(uint8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  Store4I8(reinterpret_cast<int8_t*>(p), a, b, c, d);
}
LINNET_INLINE VecI8 LoadBytes(const void* p) { return _mm512_loadu_si512(p); }
LINNET_INLINE void StoreBytes(void* p, VecI8 v) { _mm512_storeu_si512(p, v); }
LINNET_INLINE VecI8 LoadBytesN(const void* p, size_t n) { return _mm512_maskz_loadu_epi8(FirstBytes(n), p); }
LINNET_INLINE void StoreBytesN(void* p, VecI8 v, size_t n) { _mm512_mask_storeu_epi8(p, FirstBytes(n), v); }
LINNET_INLINE VecI8 SetI8(int8_t x) { return _mm512_set1_epi8(x); }
LINNET_INLINE VecI8 XorI8(VecI8 a, VecI8 b) { return _mm512_xor_si512(a, b); }
LINNET_INLINE VecI8 MinI8(VecI8 a, VecI8 b) { return _mm512_min_epi8(a, b); }
LINNET_INLINE VecI8 MaxI8(VecI8 a, VecI8 b) { return _mm512_max_epi8(a, b); }

// --- Across lanes ---
LINNET_INLINE float SumLanes(VecF32 a) {
  const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
  const __m128 b = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
  const __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_shuffle_ps(c, c, 1)));
}
LINNET_INLINE int32_t SumLanes(VecI32 a) { return _mm512_reduce_add_epi32(a); }
LINNET_INLINE float MaxLanes(VecF32 a) {
  const VecF32 b = Max(a, _mm512_shuffle_f32x4(a, a, 0x4e));
  const VecF32 c = Max(b, _mm512_shuffle_f32x4(b, b, 0xb1));
  const VecF32 d = Max(c, _mm512_shuffle_ps(c, c, 0x4e));
  return _mm512_cvtss_f32(Max(d, _mm512_shuffle_ps(d, d, 0xb1)));
}
LINNET_INLINE float MinLanes(VecF32 a) { return -MaxLanes(Neg(a)); }

}  // namespace
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_SIMD_AVX512_H_
