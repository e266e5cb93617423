// The vector vocabulary over AVX2 with FMA and F16C. Contract: kernels/scalar/simd_scalar.h.
#ifndef LINNET_KERNELS_X86_SIMD_AVX2_H_
#define LINNET_KERNELS_X86_SIMD_AVX2_H_

#include <immintrin.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/isa.h"

#define LINNET_INLINE static inline __attribute__((always_inline))

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
namespace {

constexpr Isa kIsa = Isa::kAvx2;
constexpr size_t kLanes = 8;
constexpr int kRegisters = 16;
constexpr bool kFusedFma = true;

using VecF32 = __m256;
using VecI32 = __m256i;
struct Mask {
  __m256 bits;
};

// --- Memory ---
LINNET_INLINE __m256i FirstN(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
LINNET_INLINE VecF32 Load(const float* p) { return _mm256_loadu_ps(p); }
LINNET_INLINE void Store(float* p, VecF32 v) { _mm256_storeu_ps(p, v); }
LINNET_INLINE VecF32 LoadN(const float* p, size_t n) { return _mm256_maskload_ps(p, FirstN(n)); }
// The first n < 8 lanes, in pieces: a masked store takes some processors more than ten cycles. Out of line, for its size.
__attribute__((noinline, unused)) void StorePieces(float* p, VecF32 v, size_t n) {
  __m128 half = _mm256_castps256_ps128(v);
  if (n & 4) {
    _mm_storeu_ps(p, half);
    half = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if (n & 2) {
    _mm_storel_pi(reinterpret_cast<__m64*>(p), half);
    half = _mm_movehl_ps(half, half);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, half);
}
LINNET_INLINE void StoreN(float* p, VecF32 v, size_t n) {
  if (n >= kLanes) {
    Store(p, v);
  } else {
    StorePieces(p, v, n);
  }
}
LINNET_INLINE VecI32 LoadI32(const int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
LINNET_INLINE void StoreI32(int32_t* p, VecI32 v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
LINNET_INLINE VecI32 LoadI32N(const int32_t* p, size_t n) { return _mm256_maskload_epi32(p, FirstN(n)); }
LINNET_INLINE void StoreI32N(int32_t* p, VecI32 v, size_t n) { _mm256_maskstore_epi32(p, FirstN(n), v); }
LINNET_INLINE VecF32 Zero() { return _mm256_setzero_ps(); }
LINNET_INLINE VecF32 Set(float x) { return _mm256_set1_ps(x); }
LINNET_INLINE VecI32 SetI32(int32_t x) { return _mm256_set1_epi32(x); }

// --- Arithmetic ---
LINNET_INLINE VecF32 Add(VecF32 a, VecF32 b) { return _mm256_add_ps(a, b); }
LINNET_INLINE VecF32 Sub(VecF32 a, VecF32 b) { return _mm256_sub_ps(a, b); }
LINNET_INLINE VecF32 Mul(VecF32 a, VecF32 b) { return _mm256_mul_ps(a, b); }
LINNET_INLINE VecF32 Div(VecF32 a, VecF32 b) { return _mm256_div_ps(a, b); }
LINNET_INLINE VecF32 Fma(VecF32 a, VecF32 b, VecF32 c) { return _mm256_fmadd_ps(a, b, c); }
LINNET_INLINE VecF32 FmaNeg(VecF32 a, VecF32 b, VecF32 c) { return _mm256_fnmadd_ps(a, b, c); }
template <int kLane>
LINNET_INLINE VecF32 FmaLane(VecF32 a, VecF32 b, VecF32 c) {
  const __m128 lane = _mm256_castps256_ps128(a);
  return Fma(_mm256_broadcastss_ps(_mm_shuffle_ps(lane, lane, kLane * 0x55)), b, c);
}
LINNET_INLINE VecF32 Sqrt(VecF32 a) { return _mm256_sqrt_ps(a); }

// --- Bits and integers ---
LINNET_INLINE VecI32 BitsToI32(VecF32 a) { return _mm256_castps_si256(a); }
LINNET_INLINE VecF32 BitsToF32(VecI32 a) { return _mm256_castsi256_ps(a); }
LINNET_INLINE VecI32 Add(VecI32 a, VecI32 b) { return _mm256_add_epi32(a, b); }
LINNET_INLINE VecI32 Sub(VecI32 a, VecI32 b) { return _mm256_sub_epi32(a, b); }
LINNET_INLINE VecI32 Mul(VecI32 a, VecI32 b) { return _mm256_mullo_epi32(a, b); }
LINNET_INLINE VecI32 And(VecI32 a, VecI32 b) { return _mm256_and_si256(a, b); }
LINNET_INLINE VecI32 Or(VecI32 a, VecI32 b) { return _mm256_or_si256(a, b); }
LINNET_INLINE VecI32 Xor(VecI32 a, VecI32 b) { return _mm256_xor_si256(a, b); }
template <int kBits>
LINNET_INLINE VecI32 ShiftLeft(VecI32 a) { return _mm256_slli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRight(VecI32 a) { return _mm256_srli_epi32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRightSigned(VecI32 a) { return _mm256_srai_epi32(a, kBits); }
LINNET_INLINE VecF32 Abs(VecF32 a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 Neg(VecF32 a) { return _mm256_xor_ps(_mm256_set1_ps(-0.0f), a); }
LINNET_INLINE VecF32 CopySign(VecF32 magnitude, VecF32 sign) {
  return _mm256_or_ps(Abs(magnitude), _mm256_and_ps(_mm256_set1_ps(-0.0f), sign));
}

// --- Comparison and choice ---
LINNET_INLINE Mask Eq(VecF32 a, VecF32 b) { return {_mm256_cmp_ps(a, b, _CMP_EQ_OQ)}; }
LINNET_INLINE Mask Lt(VecF32 a, VecF32 b) { return {_mm256_cmp_ps(a, b, _CMP_LT_OQ)}; }
LINNET_INLINE Mask Le(VecF32 a, VecF32 b) { return {_mm256_cmp_ps(a, b, _CMP_LE_OQ)}; }
LINNET_INLINE Mask IsNaN(VecF32 a) { return {_mm256_cmp_ps(a, a, _CMP_UNORD_Q)}; }
LINNET_INLINE Mask Eq(VecI32 a, VecI32 b) { return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b))}; }
LINNET_INLINE Mask Lt(VecI32 a, VecI32 b) { return {_mm256_castsi256_ps(_mm256_cmpgt_epi32(b, a))}; }
LINNET_INLINE Mask MaskAnd(Mask a, Mask b) { return {_mm256_and_ps(a.bits, b.bits)}; }
LINNET_INLINE Mask MaskOr(Mask a, Mask b) { return {_mm256_or_ps(a.bits, b.bits)}; }
LINNET_INLINE Mask MaskNot(Mask a) { return {_mm256_xor_ps(a.bits, _mm256_castsi256_ps(_mm256_set1_epi32(-1)))}; }
LINNET_INLINE VecF32 Select(Mask m, VecF32 a, VecF32 b) { return _mm256_blendv_ps(b, a, m.bits); }
LINNET_INLINE VecI32 Select(Mask m, VecI32 a, VecI32 b) {
  return BitsToI32(_mm256_blendv_ps(BitsToF32(b), BitsToF32(a), m.bits));
}
LINNET_INLINE VecF32 MinFast(VecF32 a, VecF32 b) { return _mm256_min_ps(a, b); }
LINNET_INLINE VecF32 MaxFast(VecF32 a, VecF32 b) { return _mm256_max_ps(a, b); }
LINNET_INLINE VecF32 Min(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MinFast(a, b)); }
LINNET_INLINE VecF32 Max(VecF32 a, VecF32 b) { return Select(IsNaN(a), a, MaxFast(a, b)); }
LINNET_INLINE VecI32 Min(VecI32 a, VecI32 b) { return _mm256_min_epi32(a, b); }
LINNET_INLINE VecI32 Max(VecI32 a, VecI32 b) { return _mm256_max_epi32(a, b); }

// --- Conversion ---
LINNET_INLINE VecF32 ToF32(VecI32 a) { return _mm256_cvtepi32_ps(a); }
LINNET_INLINE VecI32 ToI32(VecF32 a) { return _mm256_cvtps_epi32(a); }
LINNET_INLINE VecI32 TruncToI32(VecF32 a) { return _mm256_cvttps_epi32(a); }
LINNET_INLINE VecF32 Round(VecF32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Floor(VecF32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Ceil(VecF32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 Trunc(VecF32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
LINNET_INLINE VecF32 LoadF16(const uint16_t* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE VecF32 LoadF16N(const uint16_t* p, size_t n) {
  uint16_t h[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) h[i] = p[i];
  return LoadF16(h);
}

// --- Bytes ---
constexpr size_t kBytes = 4 * kLanes;
using VecI8 = __m256i;
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
LINNET_INLINE VecI32 LoadI8(const int8_t* p) {
  return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE VecI32 LoadU8(const uint8_t* p) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE VecI32 LoadI8N(const int8_t* p, size_t n) {
  return _mm256_cvtepi8_epi32(_mm_cvtsi64_si128(static_cast<long long>(LoadWordN(p, n))));
}
LINNET_INLINE VecI32 LoadU8N(const uint8_t* p, size_t n) {
  return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(LoadWordN(p, n))));
}
LINNET_INLINE __m128i NarrowToI16(VecI32 v) {
  return _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}
LINNET_INLINE void StoreI8N(int8_t* p, VecI32 v, size_t n) {
  const __m128i words = NarrowToI16(v);
  StoreWordN(p, static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packs_epi16(words, words))), n);
}
LINNET_INLINE void StoreU8N(uint8_t* p, VecI32 v, size_t n) {
  const __m128i words = NarrowToI16(v);
  StoreWordN(p, static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(words, words))), n);
}
LINNET_INLINE VecI8 LoadBytes(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
LINNET_INLINE void StoreBytes(void* p, VecI8 v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
// Packing works in halves of a register: groups of four come out as a0 b0 c0 d0 a1 b1 c1 d1.
LINNET_INLINE __m256i UnmixGroups(__m256i v) {
  return _mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}
LINNET_INLINE void Store4I8(int8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreBytes(p, UnmixGroups(_mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d))));
}
LINNET_INLINE void Store4U8(uint8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  StoreBytes(p, UnmixGroups(_mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d))));
}
LINNET_INLINE VecI8 LoadBytesN(const void* p, size_t n) {
  const uint8_t* from = static_cast<const uint8_t*>(p);
  uint64_t words[4] = {0, 0, 0, 0};
  for (size_t i = 0; 8 * i < n; ++i) words[i] = LoadWordN(from + 8 * i, n - 8 * i < 8 ? n - 8 * i : 8);
  return LoadBytes(words);
}
LINNET_INLINE void StoreBytesN(void* p, VecI8 v, size_t n) {
  uint8_t* to = static_cast<uint8_t*>(p);
  uint64_t words[4];
  StoreBytes(words, v);
  for (size_t i = 0; 8 * i < n; ++i) StoreWordN(to + 8 * i, words[i], n - 8 * i < 8 ? n - 8 * i : 8);
}
LINNET_INLINE VecI8 SetI8(int8_t x) { return _mm256_set1_epi8(x); }
LINNET_INLINE VecI8 XorI8(VecI8 a, VecI8 b) { return _mm256_xor_si256(a, b); }
LINNET_INLINE VecI8 MinI8(VecI8 a, VecI8 b) { return _mm256_min_epi8(a, b); }
LINNET_INLINE VecI8 MaxI8(VecI8 a, VecI8 b) { return _mm256_max_epi8(a, b); }

// --- Across lanes ---
LINNET_INLINE float SumLanes(VecF32 a) {
  const __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_shuffle_ps(c, c, 1)));
}
LINNET_INLINE int32_t SumLanes(VecI32 a) {
  const __m128i b = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  const __m128i c = _mm_add_epi32(b, _mm_shuffle_epi32(b, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(c, _mm_shuffle_epi32(c, 0xb1)));
}
LINNET_INLINE float MaxLanes(VecF32 a) {
  const VecF32 b = Max(a, _mm256_permute2f128_ps(a, a, 1));
  const VecF32 c = Max(b, _mm256_shuffle_ps(b, b, 0x4e));
  return _mm256_cvtss_f32(Max(c, _mm256_shuffle_ps(c, c, 0xb1)));
}
LINNET_INLINE float MinLanes(VecF32 a) { return -MaxLanes(Neg(a)); }

}  // namespace
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_SIMD_AVX2_H_
