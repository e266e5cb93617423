// From int32 results to int8 over AVX-512; see narrow_avx2.h.
#ifndef LINNET_KERNELS_X86_NARROW_AVX512_H_
#define LINNET_KERNELS_X86_NARROW_AVX512_H_

#include "kernels/x86/simd_avx512.h"

#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
namespace {

// Results are cut at `hi` before they are rounded, which is the same since it is whole; so none is too large to be converted.
struct Narrower {
  __m512 hi;
  __m512i zero_point, lo;  // int16, int8
};
LINNET_INLINE Narrower MakeNarrower(int32_t lo, int32_t hi, int32_t zero_point) {
  return {_mm512_set1_ps(static_cast<float>(hi - zero_point)), _mm512_set1_epi16(static_cast<int16_t>(zero_point)),
          _mm512_set1_epi8(static_cast<char>(lo))};
}
LINNET_INLINE __m512i Rounded(const Narrower& n, __m512 x) { return _mm512_cvtps_epi32(_mm512_min_ps(n.hi, x)); }

// Two registers as words, zero_point added. The words of each quarter are four of x, four of y.
LINNET_INLINE __m512i Words(const Narrower& n, __m512 x, __m512 y) {
  return _mm512_adds_epi16(_mm512_packs_epi32(Rounded(n, x), Rounded(n, y)), n.zero_point);
}
// Two registers of words as bytes: of each quarter, those of a before those of b.
LINNET_INLINE __m512i PackWords(const Narrower& n, __m512i a, __m512i b) { return _mm512_max_epi8(n.lo, _mm512_packs_epi16(a, b)); }
// The same in order: the half of a's words, then that of b's.
LINNET_INLINE __m512i OrderedBytes(const Narrower& n, __m512i a, __m512i b) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(order, PackWords(n, a, b));
}

LINNET_INLINE void StoreNarrow(const Narrower& n, const __m512 (&x)[1], int8_t* p) {
  const __m256i words = _mm512_cvtsepi32_epi16(Rounded(n, x[0]));
  const __m256i sum = _mm256_adds_epi16(words, _mm512_castsi512_si256(n.zero_point));
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm_max_epi8(_mm512_castsi512_si128(n.lo), bytes));
}
LINNET_INLINE void StoreNarrow(const Narrower& n, const __m512 (&x)[2], int8_t* p) {
  const __m512i words = Words(n, x[0], x[1]);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_castsi512_si256(OrderedBytes(n, words, words)));
}
constexpr bool kNarrowsPairs = true;
LINNET_INLINE void StoreNarrowPair(const Narrower& n, const __m512 (&x)[2], const __m512 (&y)[2], int8_t* p, int8_t* q) {
  const __m512i bytes = OrderedBytes(n, Words(n, x[0], x[1]), Words(n, y[0], y[1]));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_castsi512_si256(bytes));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(q), _mm512_extracti64x4_epi64(bytes, 1));
}

}  // namespace
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_NARROW_AVX512_H_
