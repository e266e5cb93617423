// From int32 results to int8 over AVX-512; see narrow_avx2.h.
#ifndef LINNET_KERNELS_X86_NARROW_AVX512_H_
#define LINNET_KERNELS_X86_NARROW_AVX512_H_

#include "kernels/x86/simd_avx512.h"

#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
namespace {

struct Narrower {
  __m512i zero_point;  // int16
  __m256i lo, hi;      // int8
};
LINNET_INLINE Narrower MakeNarrower(int32_t lo, int32_t hi, int32_t zero_point) {
  return {_mm512_set1_epi16(static_cast<int16_t>(zero_point)), _mm256_set1_epi8(static_cast<char>(lo)),
          _mm256_set1_epi8(static_cast<char>(hi))};
}
LINNET_INLINE __m512i Rounded(__m512 x) { return _mm512_cvtps_epi32(_mm512_min_ps(_mm512_set1_ps(0x1p30f), x)); }

LINNET_INLINE __m256i NarrowWords(const Narrower& n, __m512i words) {
  const __m256i bytes = _mm512_cvtsepi16_epi8(_mm512_adds_epi16(words, n.zero_point));
  return _mm256_min_epi8(n.hi, _mm256_max_epi8(n.lo, bytes));
}
LINNET_INLINE void StoreNarrow(const Narrower& n, const __m512 (&x)[1], int8_t* p) {
  const __m256i words = _mm512_cvtsepi32_epi16(Rounded(x[0]));
  const __m256i bytes = NarrowWords(n, _mm512_castsi256_si512(words));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(bytes));
}
LINNET_INLINE void StoreNarrow(const Narrower& n, const __m512 (&x)[2], int8_t* p) {
  // Four columns of x[0], four of x[1], four of x[0] ...
  const __m256i bytes = NarrowWords(n, _mm512_packs_epi32(Rounded(x[0]), Rounded(x[1])));
  const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_permutevar8x32_epi32(bytes, order));
}

}  // namespace
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_NARROW_AVX512_H_
