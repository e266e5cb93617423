// Sums of int8 products over NEON's dot product. Contract: kernels/scalar/dot_scalar.h. sdot adds four products to each
// int32 of a register, the four values of A being one lane of another.
#ifndef LINNET_KERNELS_ARM_NEON_DOT_NEON_DOTPROD_H_
#define LINNET_KERNELS_ARM_NEON_DOT_NEON_DOTPROD_H_

#include "kernels/arm_neon/simd_neon.h"
#include "kernels/dot_tile.h"

#include "kernels/arm_neon/begin_neon_dotprod.h"
namespace linnet::kernels::neon_dotprod {
using namespace neon;
#include "kernels/arm_neon/dot_neon_store-inl.h"
namespace {

constexpr int kTileRows = 8;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 4, kRowsTogether = 1;
constexpr bool kUnsignedA = false, kReadsRuns = false;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  PackBytes(n, src, flip, kGroup, dst);
}

// Rows by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kLane, int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const int8x16_t (&x)[kRows], const int8x16_t (&w)[kVecs], VecI32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = vdotq_laneq_s32(sum[kRow][v], w[v], x[kRow], kLane);
  if constexpr (kRow + 1 < kRows) AddRows<kLane, kRow + 1>(x, w, sum);
}

template <int kLane, int kRows, int kVecs>
LINNET_INLINE void AddGroup(const int8x16_t (&x)[kRows], const int8_t* b, VecI32 (&sum)[kRows][kVecs]) {
  int8x16_t w[kVecs];
  for (int v = 0; v < kVecs; ++v) w[v] = vld1q_s8(b + v * 16);
  AddRows<kLane>(x, w, sum);
}

// 16 bytes of each row; past the last group some of them are not used.
template <int kRow = 0, int kRows>
LINNET_INLINE void LoadRows(const uint8_t* a, size_t a_stride, int8x16_t (&x)[kRows]) {
  x[kRow] = vreinterpretq_s8_u8(vld1q_u8(a));
  if constexpr (kRow + 1 < kRows) LoadRows<kRow + 1>(a + a_stride, a_stride, x);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const uint8_t* a = t.a;
  const size_t b_step = t.b_step, a_stride = t.a_stride, groups = t.groups;
  size_t g = 0;
  int8x16_t x[kRows];
  for (; g + 4 <= groups; g += 4, a += 4 * kGroupBytes, b += 4 * b_step) {
    LoadRows(a, a_stride, x);
    AddGroup<0>(x, b, sum);
    AddGroup<1>(x, b + b_step, sum);
    AddGroup<2>(x, b + 2 * b_step, sum);
    AddGroup<3>(x, b + 3 * b_step, sum);
  }
  if (g == groups) return;
  LoadRows(a, a_stride, x);
  AddGroup<0>(x, b, sum);
  if (g + 1 < groups) AddGroup<1>(x, b + b_step, sum);
  if (g + 2 < groups) AddGroup<2>(x, b + 2 * b_step, sum);
}

}  // namespace
}  // namespace linnet::kernels::neon_dotprod
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_DOT_NEON_DOTPROD_H_
