// Products of int8 taps, four rows at a time, over AVX-512 VNNI. Contract: kernels/scalar/taps_scalar.h; how channels lie:
// taps_vnni-inl.h. A step is 32 channels, since channels are often no multiple of 64; the halves of a register belong to two rows
// of outputs.
#ifndef LINNET_KERNELS_X86_TAPS_AVX512VNNI_H_
#define LINNET_KERNELS_X86_TAPS_AVX512VNNI_H_

#include "kernels/x86/narrow_avx512.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx512vnni {
using namespace avx512;
namespace {

constexpr size_t kStep = 32, kStepVecs = 4, kRowsAtOnce = 4, kRowLanes = 2;
constexpr int kTile = 4;
#if defined(LINNET_SMALL)
constexpr int kLargestStream = 3;
#else
constexpr int kLargestStream = 5;
#endif
constexpr bool kUnsignedX = true;

using Wide = __m512i;
struct Taps {
  __m512i v[4];
};

LINNET_INLINE __m512i Flipped(__m512i bytes) { return _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)); }
LINNET_INLINE __m256i LoadHalf(const int8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
LINNET_INLINE __mmask32 FirstChannels(size_t n) { return static_cast<__mmask32>((uint64_t{1} << n) - 1); }

LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t apart) {
  const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + apart));
  return _mm512_broadcast_i64x4(_mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1));
}
LINNET_INLINE Wide LoadWide(const int8_t* p) { return Flipped(_mm512_broadcast_i64x4(LoadHalf(p))); }
LINNET_INLINE Wide LoadLanes(const int8_t* const (&p)[2]) {
  return Flipped(_mm512_inserti64x4(_mm512_castsi256_si512(LoadHalf(p[0])), LoadHalf(p[1]), 1));
}
LINNET_INLINE Wide LoadLanesN(const int8_t* const (&p)[2], size_t n) {
  const __m256i first = _mm256_maskz_loadu_epi8(FirstChannels(n), p[0]), second = _mm256_maskz_loadu_epi8(FirstChannels(n), p[1]);
  return Flipped(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[4]) {
  const __m512i a = _mm512_unpacklo_epi8(rows[0], rows[1]), b = _mm512_unpackhi_epi8(rows[0], rows[1]);
  const __m512i c = _mm512_unpacklo_epi8(rows[2], rows[3]), d = _mm512_unpackhi_epi8(rows[2], rows[3]);
  return {{_mm512_unpacklo_epi16(a, c), _mm512_unpackhi_epi16(a, c), _mm512_unpacklo_epi16(b, d),
           _mm512_unpackhi_epi16(b, d)}};
}
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[4]) {
  for (int v = 0; v < 4; ++v) asm("vpdpbusd %2, %1, %0" : "+v"(sum[v]) : "v"(x.v[v]), "m"(w.v[v]));
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&sums)[4]) {
  for (int v = 0; v < 4; ++v) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 4 * v));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 4 * v + 16));
    sums[v] = _mm512_broadcast_i64x4(_mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1));
  }
}
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&factors)[4]) {
  for (int v = 0; v < 4; ++v) {
    const __m256 half = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + 4 * v)), _mm_loadu_ps(p + 4 * v + 16), 1);
    factors[v] = _mm512_castpd_ps(_mm512_broadcast_f64x4(_mm256_castps_pd(half)));
  }
}

LINNET_INLINE __m512i StepBytes(const Narrower& n, const VecF32 (&x)[4]) {
  return PackWords(n, Words(n, x[0], x[1]), Words(n, x[2], x[3]));
}
LINNET_INLINE void StoreLanes(const Narrower& n, const VecF32 (&x)[4], int8_t* p, size_t apart) {
  const __m512i bytes = StepBytes(n, x);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_castsi512_si256(bytes));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + apart), _mm512_extracti64x4_epi64(bytes, 1));
}
LINNET_INLINE void StoreLanesN(const Narrower& n, const VecF32 (&x)[4], size_t count, int8_t* p, size_t apart) {
  const __m512i bytes = StepBytes(n, x);
  _mm256_mask_storeu_epi8(p, FirstChannels(count), _mm512_castsi512_si256(bytes));
  _mm256_mask_storeu_epi8(p + apart, FirstChannels(count), _mm512_extracti64x4_epi64(bytes, 1));
}

}  // namespace
}  // namespace linnet::kernels::avx512vnni
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_TAPS_AVX512VNNI_H_
