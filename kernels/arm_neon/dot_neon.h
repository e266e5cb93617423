// Sums of int8 products over NEON. Contract: kernels/scalar/dot_scalar.h.
//
// smull gives eight products as int16, which is exact for every value; sadalp adds neighbouring ones to int32. Half a
// register of B is two columns of four values, so that a register of sums holds two halves of each of two columns,
// which are added at the end.
#ifndef LINNET_KERNELS_ARM_NEON_DOT_NEON_H_
#define LINNET_KERNELS_ARM_NEON_DOT_NEON_H_

#include "kernels/arm_neon/simd_neon.h"
#include "kernels/dot_tile.h"

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {
#include "kernels/arm_neon/dot_neon_store-inl.h"
namespace {

constexpr int kTileRows = 4;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 4, kRowsTogether = 1;
constexpr bool kUnsignedA = false, kReadsRuns = false;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  PackBytes(n, src, flip, kGroup, dst);
}

// Rows by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const uint8_t* a, size_t a_stride, const int8x16_t (&w)[kVecs],
                           int32x4_t (&half)[kRows][kVecs][2]) {
  int32_t four;
  std::memcpy(&four, a, sizeof(four));
  const int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
  for (int v = 0; v < kVecs; ++v) {
    half[kRow][v][0] = vpadalq_s16(half[kRow][v][0], vmull_s8(vget_low_s8(x), vget_low_s8(w[v])));
    half[kRow][v][1] = vpadalq_s16(half[kRow][v][1], vmull_high_s8(x, w[v]));
  }
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a + a_stride, a_stride, w, half);
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void ClearRows(int32x4_t (&half)[kRows][kVecs][2]) {
  for (int v = 0; v < kVecs; ++v) half[kRow][v][0] = half[kRow][v][1] = vdupq_n_s32(0);
  if constexpr (kRow + 1 < kRows) ClearRows<kRow + 1>(half);
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddHalves(const int32x4_t (&half)[kRows][kVecs][2], VecI32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) {
    sum[kRow][v] = vaddq_s32(sum[kRow][v], vpaddq_s32(half[kRow][v][0], half[kRow][v][1]));
  }
  if constexpr (kRow + 1 < kRows) AddHalves<kRow + 1>(half, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const uint8_t* a = t.a;
  const size_t a_stride = t.a_stride, b_step = t.b_step, groups = t.groups;
  int32x4_t half[kRows][kVecs][2];
  ClearRows(half);
  for (size_t g = 0; g < groups; ++g, a += kGroupBytes, b += b_step) {
    int8x16_t w[kVecs];
    for (int v = 0; v < kVecs; ++v) w[v] = vld1q_s8(b + v * 16);
    AddRows(a, a_stride, w, half);
  }
  AddHalves(half, sum);
}

}  // namespace
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_DOT_NEON_H_
