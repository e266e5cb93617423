// Sums of int8 products over AVX-512 without VNNI. Contract: kernels/scalar/dot_scalar.h; how it works: dot_avx2.h. A
// register of B is a panel of 16 columns.
#ifndef LINNET_KERNELS_X86_DOT_AVX512_H_
#define LINNET_KERNELS_X86_DOT_AVX512_H_

#include "kernels/dot_tile.h"
#include "kernels/x86/narrow_avx512.h"

#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
namespace {

constexpr int kTileRows = 12;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 8, kRowsTogether = 1;
constexpr bool kUnsignedA = false, kReadsRuns = false;

// The first n bytes at p and zeros, n <= 32.
LINNET_INLINE __m256i LoadFirst(const int8_t* p, size_t n) {
  return _mm256_maskz_loadu_epi8(n >= 32 ? 0xffffffffu : (1u << n) - 1, p);
}

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  const __m256i order = _mm256_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15,  //
                                         0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
  const __m256i turned = _mm256_set1_epi8(static_cast<char>(flip));
  for (size_t i = 0; i < n; i += 32, dst += 64) {
    const size_t left = n - i;
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_xor_si256(LoadFirst(src + i, left), turned), order);
    const __m512i words = _mm512_cvtepi8_epi16(bytes);
    const uint32_t stored = left + 3 >= 32 ? 0xffffffffu : (1u << (left + 3) / 4 * 4) - 1;
    _mm512_mask_storeu_epi16(dst, stored, words);
  }
}

LINNET_INLINE __m512i BroadcastPair(const uint8_t* p) {
  int32_t pair;
  std::memcpy(&pair, p, sizeof(pair));
  return _mm512_set1_epi32(pair);
}

// sum + products of pairs. Sums are added to in the order that is written: what the compiler gains by reordering costs
// it more registers than there are.
LINNET_INLINE __m512i AddPairs(__m512i sum, __m512i a, __m512i w) {
  __m512i next = _mm512_add_epi32(sum, _mm512_madd_epi16(a, w));
  asm("" : "+v"(next));
  return next;
}

// Rows by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const uint8_t* a, size_t a_stride, const __m512i (&w)[kVecs], VecI32 (&sum)[kRows][kVecs]) {
  const __m512i pair = BroadcastPair(a);
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = AddPairs(sum[kRow][v], pair, w[v]);
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a + a_stride, a_stride, w, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const uint8_t* a = t.a;
  const size_t a_stride = t.a_stride, b_step = t.b_step, b_panel = t.b_panel;
  for (size_t g = 0; g < t.groups; ++g, a += kGroupBytes, b += b_step) {
    __m512i w[kVecs];
    for (int v = 0; v < kVecs; ++v) {
      w[v] = _mm512_srai_epi16(_mm512_slli_epi16(_mm512_loadu_si512(b + v * b_panel), 8), 8);
    }
    AddRows(a, a_stride, w, sum);
    for (int v = 0; v < kVecs; ++v) w[v] = _mm512_srai_epi16(_mm512_loadu_si512(b + v * b_panel), 8);
    AddRows(a + 4, a_stride, w, sum);
  }
}

}  // namespace
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_DOT_AVX512_H_
