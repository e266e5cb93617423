// Products of int8 taps, two rows at a time, over SSE4.1. Contract: kernels/scalar/taps_scalar.h; how it works: taps_avx2.h.
#ifndef LINNET_KERNELS_X86_TAPS_SSE41_H_
#define LINNET_KERNELS_X86_TAPS_SSE41_H_

#include "kernels/x86/simd_sse41.h"

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
namespace {

constexpr size_t kStep = 8, kStepVecs = 2, kRowsAtOnce = 2;
constexpr int kTile = 4;
constexpr int kLargestStream = 3;
constexpr bool kUnsignedX = false;

using Wide = __m128i;
struct Taps {
  __m128i lo, hi;
};

LINNET_INLINE Wide LoadWide(const int8_t* p) {
  return _mm_cvtepi8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t) { return LoadWide(p); }
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[2]) {
  return {_mm_unpacklo_epi16(rows[0], rows[1]), _mm_unpackhi_epi16(rows[0], rows[1])};
}
// Sums are added to in the order that is written: what the compiler gains by reordering costs it more registers than
// there are.
LINNET_INLINE __m128i AddProduct(__m128i sum, __m128i x, __m128i w) {
  __m128i next = _mm_add_epi32(sum, _mm_madd_epi16(x, w));
  asm("" : "+x"(next));
  return next;
}
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[2]) {
  sum[0] = AddProduct(sum[0], x.lo, w.lo);
  sum[1] = AddProduct(sum[1], x.hi, w.hi);
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&v)[2]) { v[0] = LoadI32(p), v[1] = LoadI32(p + kLanes); }
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&v)[2]) { v[0] = Load(p), v[1] = Load(p + kLanes); }
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[2]) {
  const __m128i words = _mm_packs_epi32(q[0], q[1]);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
}

}  // namespace
#include "kernels/narrow-inl.h"
namespace {

LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[kStepVecs], int8_t* p) { StoreNarrow(n, x, p); }

}  // namespace
#include "kernels/one_row-inl.h"
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_TAPS_SSE41_H_
