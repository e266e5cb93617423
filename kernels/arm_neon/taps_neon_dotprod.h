// Products of int8 taps, four rows at a time, over NEON's dot product. Contract: kernels/scalar/taps_scalar.h. Four rows of 16
// channels are interleaved, which leaves the four values of a channel side by side for sdot.
#ifndef LINNET_KERNELS_ARM_NEON_TAPS_NEON_DOTPROD_H_
#define LINNET_KERNELS_ARM_NEON_TAPS_NEON_DOTPROD_H_

#include "kernels/arm_neon/simd_neon.h"

#include "kernels/arm_neon/begin_neon_dotprod.h"
namespace linnet::kernels::neon_dotprod {
using namespace neon;
namespace {

constexpr size_t kStep = 16, kStepVecs = 4, kRowsAtOnce = 4;
constexpr int kTile = 4;
constexpr int kLargestStream = 3;
constexpr bool kUnsignedX = false;

using Wide = int8x16_t;
struct Taps {
  int8x16_t v[4];
};

LINNET_INLINE Wide LoadWide(const int8_t* p) { return vld1q_s8(p); }
LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t) { return vld1q_s8(p); }
LINNET_INLINE int8x16_t ZipWords(int8x16_t a, int8x16_t b, bool high) {
  const int16x8_t x = vreinterpretq_s16_s8(a), y = vreinterpretq_s16_s8(b);
  return vreinterpretq_s8_s16(high ? vzip2q_s16(x, y) : vzip1q_s16(x, y));
}
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[4]) {
  const int8x16_t a = vzip1q_s8(rows[0], rows[1]), b = vzip2q_s8(rows[0], rows[1]);
  const int8x16_t c = vzip1q_s8(rows[2], rows[3]), d = vzip2q_s8(rows[2], rows[3]);
  return {{ZipWords(a, c, false), ZipWords(a, c, true), ZipWords(b, d, false), ZipWords(b, d, true)}};
}
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[4]) {
  for (int v = 0; v < 4; ++v) sum[v] = vdotq_s32(sum[v], x.v[v], w.v[v]);
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&sums)[4]) {
  for (int v = 0; v < 4; ++v) sums[v] = LoadI32(p + 4 * v);
}
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&factors)[4]) {
  for (int v = 0; v < 4; ++v) factors[v] = Load(p + 4 * v);
}
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[4]) {
  const int16x8_t a = vcombine_s16(vmovn_s32(q[0]), vmovn_s32(q[1]));
  const int16x8_t b = vcombine_s16(vmovn_s32(q[2]), vmovn_s32(q[3]));
  vst1q_s8(p, vcombine_s8(vmovn_s16(a), vmovn_s16(b)));
}

}  // namespace
#include "kernels/narrow-inl.h"
namespace {

LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[kStepVecs], int8_t* p) { StoreNarrow(n, x, p); }

}  // namespace
#include "kernels/one_row-inl.h"
}  // namespace linnet::kernels::neon_dotprod
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_TAPS_NEON_DOTPROD_H_
