// Sums of int8 products over AVX-512 VNNI. Contract: kernels/scalar/dot_scalar.h.
//
// vpdpbusd adds four products of unsigned and signed bytes to an int32, without saturation. A is made unsigned when it
// is packed, by adding 128; 128 times the sum of B is taken off what the sums start from. A register of B is a panel of
// 16 columns.
#ifndef LINNET_KERNELS_X86_DOT_AVX512VNNI_H_
#define LINNET_KERNELS_X86_DOT_AVX512VNNI_H_

#include "kernels/dot_tile.h"
#include "kernels/x86/narrow_avx512.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx512vnni {
using namespace avx512;
#include "kernels/row_pointers-inl.h"
namespace {

constexpr int kTileRows = 14;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 4, kRowsTogether = 1;
constexpr bool kUnsignedA = true, kReadsRuns = true;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  const __m512i turned = _mm512_set1_epi8(static_cast<char>(flip ^ 0x80));
  for (size_t i = 0; i < n; i += 64, dst += 64) {
    const size_t left = n - i, stored = (left + 3) / 4 * 4;
    const uint64_t read_mask = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    const uint64_t write_mask = stored >= 64 ? ~uint64_t{0} : (uint64_t{1} << stored) - 1;
    _mm512_mask_storeu_epi8(dst, write_mask, _mm512_xor_si512(_mm512_maskz_loadu_epi8(read_mask, src + i), turned));
  }
}

// Bytes of a panel between what is multiplied and what is asked for. Weights come from memory once in each run.
constexpr size_t kAhead = 4096;

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const RowPointers<uint8_t, kRows>& a, size_t a_stride, const __m512i (&w)[kVecs], VecI32 (&sum)[kRows][kVecs]) {
  int32_t four;
  std::memcpy(&four, RowAt<kRow>(a, a_stride), sizeof(four));
  const __m512i x = _mm512_set1_epi32(four);
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = _mm512_dpbusd_epi32(sum[kRow][v], x, w[v]);
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a, a_stride, w, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const size_t a_stride = t.a_stride, b_step = t.b_step, b_panel = t.b_panel;
  for (size_t r = 0; r < t.runs; ++r) {
    RowPointers<uint8_t, kRows> a;
    PointToRows(t.a + r * t.a_run, a_stride, &a);
    for (size_t g = 0; g < t.groups; ++g, b += b_step) {
      __m512i w[kVecs];
      for (int v = 0; v < kVecs; ++v) w[v] = _mm512_loadu_si512(b + v * b_panel);
      for (int v = 0; v < kVecs; ++v) __builtin_prefetch(b + v * b_panel + kAhead, 0, 2);
      AddRows(a, a_stride, w, sum);
      Advance(kGroupBytes, &a);
    }
  }
}

}  // namespace
}  // namespace linnet::kernels::avx512vnni
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_DOT_AVX512VNNI_H_
