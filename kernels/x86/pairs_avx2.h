// Products of pairs of int8 values over AVX2. Contract: kernels/scalar/pairs_scalar.h. vpmaddwd multiplies pairs of
// int16 and adds each pair; pairs come from interleaving within halves of registers, which packing undoes at the end.
#ifndef LINNET_KERNELS_X86_PAIRS_AVX2_H_
#define LINNET_KERNELS_X86_PAIRS_AVX2_H_

#include "kernels/x86/simd_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
namespace {

constexpr size_t kStep = 16;

using Wide = __m256i;
struct Pair {
  __m256i lo, hi;  // channels 0-3, 8-11 and 4-7, 12-15
};

LINNET_INLINE Wide LoadWide(const int8_t* p) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE Wide SetWide(int16_t x) { return _mm256_set1_epi16(x); }
LINNET_INLINE Pair MakePair(Wide first, Wide second) {
  return {_mm256_unpacklo_epi16(first, second), _mm256_unpackhi_epi16(first, second)};
}
// Sums are added to in the order that is written: what the compiler gains by reordering costs it more registers than
// there are.
LINNET_INLINE __m256i AddProduct(__m256i sum, __m256i x, __m256i w) {
  __m256i next = _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
  asm("" : "+x"(next));
  return next;
}
LINNET_INLINE void AddPair(const Pair& x, const Pair& w, VecI32 (&sum)[2]) {
  sum[0] = AddProduct(sum[0], x.lo, w.lo);
  sum[1] = AddProduct(sum[1], x.hi, w.hi);
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&v)[2]) {
  const __m256i a = LoadI32(p), b = LoadI32(p + 8);
  v[0] = _mm256_permute2x128_si256(a, b, 0x20);
  v[1] = _mm256_permute2x128_si256(a, b, 0x31);
}
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&v)[2]) {
  const __m256 a = Load(p), b = Load(p + 8);
  v[0] = _mm256_permute2f128_ps(a, b, 0x20);
  v[1] = _mm256_permute2f128_ps(a, b, 0x31);
}
LINNET_INLINE void StoreStep(int8_t* p, const VecI32 (&q)[2]) {
  const __m256i words = _mm256_packs_epi32(q[0], q[1]);
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}

}  // namespace
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_PAIRS_AVX2_H_
