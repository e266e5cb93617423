// From int32 results to int8 over AVX2, by instructions that saturate: nothing needs to be clamped while it takes 32 bits.
// A result that is large and negative becomes INT32_MIN when it is converted, one that is large and positive must not.
#ifndef LINNET_KERNELS_X86_NARROW_AVX2_H_
#define LINNET_KERNELS_X86_NARROW_AVX2_H_

#include "kernels/x86/simd_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
namespace {

struct Narrower {
  __m256i zero_point;  // int16
  __m128i lo, hi;      // int8
};
LINNET_INLINE Narrower MakeNarrower(int32_t lo, int32_t hi, int32_t zero_point) {
  return {_mm256_set1_epi16(static_cast<int16_t>(zero_point)), _mm_set1_epi8(static_cast<char>(lo)),
          _mm_set1_epi8(static_cast<char>(hi))};
}
LINNET_INLINE __m256i Rounded(__m256 x) { return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_set1_ps(0x1p30f), x)); }

// zero_point + the words of either half, clamped: 16 bytes.
LINNET_INLINE __m128i NarrowWords(const Narrower& n, __m256i words) {
  words = _mm256_adds_epi16(words, n.zero_point);
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  return _mm_min_epi8(n.hi, _mm_max_epi8(n.lo, bytes));
}
constexpr bool kNarrowsPairs = false;
LINNET_INLINE void StoreNarrow(const Narrower& n, const __m256 (&x)[1], int8_t* p) {
  const __m256i q = Rounded(x[0]), words = _mm256_packs_epi32(q, q);  // 0-3, 0-3, 4-7, 4-7
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), NarrowWords(n, _mm256_permute4x64_epi64(words, 0x08)));
}
LINNET_INLINE void StoreNarrow(const Narrower& n, const __m256 (&x)[2], int8_t* p) {
  const __m256i words = _mm256_packs_epi32(Rounded(x[0]), Rounded(x[1]));
  const __m128i bytes = NarrowWords(n, _mm256_permute4x64_epi64(words, 0xd8));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}

}  // namespace
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_NARROW_AVX2_H_
