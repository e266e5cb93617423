// Products of int8 taps, two rows at a time, over AVX2. Contract: kernels/scalar/taps_scalar.h. vpmaddwd multiplies pairs of
// int16 and adds each pair; pairs come from interleaving within halves of registers, which packing undoes at the end.
#ifndef LINNET_KERNELS_X86_TAPS_AVX2_H_
#define LINNET_KERNELS_X86_TAPS_AVX2_H_

#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
namespace {

constexpr size_t kStep = 16, kStepVecs = 2, kRowsAtOnce = 2;
constexpr int kTile = 4;
constexpr int kLargestStream = 0;
constexpr bool kUnsignedX = false;

using Wide = __m256i;
struct Taps {
  __m256i lo, hi;  // channels 0-3, 8-11 and 4-7, 12-15
};

LINNET_INLINE Wide LoadWide(const int8_t* p) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t) { return LoadWide(p); }
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[2]) {
  return {_mm256_unpacklo_epi16(rows[0], rows[1]), _mm256_unpackhi_epi16(rows[0], rows[1])};
}
// Sums are added to in the order that is written: what the compiler gains by reordering costs it more registers than
// there are.
LINNET_INLINE __m256i AddProduct(__m256i sum, __m256i x, __m256i w) {
  __m256i next = _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
  asm("" : "+x"(next));
  return next;
}
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[2]) {
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
LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[2], int8_t* p) {
  const __m128i bytes = NarrowWords(n, _mm256_packs_epi32(Rounded(x[0]), Rounded(x[1])));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}

}  // namespace
#include "kernels/one_row-inl.h"
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_TAPS_AVX2_H_
