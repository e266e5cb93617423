// Products of int8 taps, two rows at a time, over NEON. Contract: kernels/scalar/taps_scalar.h. smlal multiplies int16 and adds
// int32, so the two values of a pair stay in registers of their own.
#ifndef LINNET_KERNELS_ARM_NEON_TAPS_NEON_H_
#define LINNET_KERNELS_ARM_NEON_TAPS_NEON_H_

#include "kernels/arm_neon/simd_neon.h"

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {
namespace {

constexpr size_t kStep = 8, kStepVecs = 2, kRowsAtOnce = 2;
constexpr int kTile = 4;
constexpr int kLargestStream = 3;
constexpr bool kUnsignedX = false;

using Wide = int16x8_t;
struct Taps {
  int16x8_t first, second;
};

LINNET_INLINE Wide LoadWide(const int8_t* p) { return vmovl_s8(vld1_s8(p)); }
LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t) { return LoadWide(p); }
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[2]) { return {rows[0], rows[1]}; }
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[2]) {
  sum[0] = vmlal_s16(sum[0], vget_low_s16(x.first), vget_low_s16(w.first));
  sum[1] = vmlal_high_s16(sum[1], x.first, w.first);
  sum[0] = vmlal_s16(sum[0], vget_low_s16(x.second), vget_low_s16(w.second));
  sum[1] = vmlal_high_s16(sum[1], x.second, w.second);
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&v)[2]) { v[0] = LoadI32(p), v[1] = LoadI32(p + kLanes); }
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&v)[2]) { v[0] = Load(p), v[1] = Load(p + kLanes); }
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[2]) {
  vst1_s8(p, vmovn_s16(vcombine_s16(vmovn_s32(q[0]), vmovn_s32(q[1]))));
}

}  // namespace
#include "kernels/narrow-inl.h"
namespace {

LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[kStepVecs], int8_t* p) { StoreNarrow(n, x, p); }

}  // namespace
#include "kernels/one_row-inl.h"
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_TAPS_NEON_H_
