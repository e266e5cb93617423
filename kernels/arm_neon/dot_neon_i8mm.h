// Sums of int8 products over NEON's int8 matrix product. Contract: kernels/scalar/dot_scalar.h.
//
// smmla adds the product of two rows of A and two columns of B, eight values each, to four int32: so rows are packed
// two by two, and two groups of four columns of B become two pairs of columns by zipping.
#ifndef LINNET_KERNELS_ARM_NEON_DOT_NEON_I8MM_H_
#define LINNET_KERNELS_ARM_NEON_DOT_NEON_I8MM_H_

#include "kernels/arm_neon/simd_neon.h"
#include "kernels/dot_tile.h"

#include "kernels/arm_neon/begin_neon_i8mm.h"
namespace linnet::kernels::neon_i8mm {
using namespace neon;
#include "kernels/arm_neon/dot_neon_store-inl.h"
namespace {

constexpr int kTileRows = 8;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 8, kGroupBytes = 8, kRowsTogether = 2;
constexpr bool kUnsignedA = false, kReadsRuns = false;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  const uint8x8_t turned = vdup_n_u8(flip);
  size_t i = 0;
  for (; i + 8 <= n; i += 8, dst += 16) {
    vst1_u8(dst, veor_u8(vld1_u8(reinterpret_cast<const uint8_t*>(src + i)), turned));
  }
  if (i == n) return;
  for (size_t j = 0; j < 8; ++j) dst[j] = i + j < n ? static_cast<uint8_t>(src[i + j]) ^ flip : 0;
}

// Columns (0, 1) and (2, 3) of vector v: eight values each, of which `second` may be missing.
LINNET_INLINE void ZipColumns(const int8_t* first, const int8_t* second, int8x16_t (&w)[2]) {
  const int32x4_t lo = vreinterpretq_s32_s8(vld1q_s8(first));
  const int32x4_t hi = second != nullptr ? vreinterpretq_s32_s8(vld1q_s8(second)) : vdupq_n_s32(0);
  w[0] = vreinterpretq_s8_s32(vzip1q_s32(lo, hi));
  w[1] = vreinterpretq_s8_s32(vzip2q_s32(lo, hi));
}

// Sums of rows 2 i, 2 i + 1 and columns 4 v + 2 c, 4 v + 2 c + 1. Rows by recursion: the index of each is a constant early,
// so that all of them stay in registers.
template <int kPair = 0, int kPairs, int kVecs>
LINNET_INLINE void ClearPairs(int32x4_t (&square)[kPairs][kVecs][2]) {
  for (int v = 0; v < kVecs; ++v) square[kPair][v][0] = square[kPair][v][1] = vdupq_n_s32(0);
  if constexpr (kPair + 1 < kPairs) ClearPairs<kPair + 1>(square);
}

template <int kPair = 0, int kPairs, int kVecs>
LINNET_INLINE void AddPairs(const int8_t* a, size_t a_step, const int8x16_t (&w)[kVecs][2],
                            int32x4_t (&square)[kPairs][kVecs][2]) {
  const int8x16_t x = vld1q_s8(a);
  for (int v = 0; v < kVecs; ++v) {
    square[kPair][v][0] = vmmlaq_s32(square[kPair][v][0], x, w[v][0]);
    square[kPair][v][1] = vmmlaq_s32(square[kPair][v][1], x, w[v][1]);
  }
  if constexpr (kPair + 1 < kPairs) AddPairs<kPair + 1>(a + a_step, a_step, w, square);
}

template <int kRow = 0, int kRows, int kPairs, int kVecs>
LINNET_INLINE void AddSquares(const int32x4_t (&square)[kPairs][kVecs][2], VecI32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) {
    const int32x4_t left = square[kRow / 2][v][0], right = square[kRow / 2][v][1];
    const int32x4_t row = kRow % 2 == 0 ? vcombine_s32(vget_low_s32(left), vget_low_s32(right))
                                        : vcombine_s32(vget_high_s32(left), vget_high_s32(right));
    sum[kRow][v] = vaddq_s32(sum[kRow][v], row);
  }
  if constexpr (kRow + 1 < kRows) AddSquares<kRow + 1>(square, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  int32x4_t square[(kRows + 1) / 2][kVecs][2];
  ClearPairs(square);
  const int8_t* b = t.b;
  const int8_t* a = reinterpret_cast<const int8_t*>(t.a);
  const size_t a_step = 2 * t.a_stride, b_step = t.b_step, groups = t.groups;
  for (size_t g = 0; g < groups; g += 2, a += 2 * kGroupBytes, b += 2 * b_step) {
    int8x16_t w[kVecs][2];
    for (int v = 0; v < kVecs; ++v) ZipColumns(b + v * 16, g + 1 < groups ? b + b_step + v * 16 : nullptr, w[v]);
    AddPairs(a, a_step, w, square);
  }
  AddSquares(square, sum);
}

}  // namespace
}  // namespace linnet::kernels::neon_i8mm
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_DOT_NEON_I8MM_H_
