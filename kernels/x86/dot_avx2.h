// Sums of int8 products over AVX2. Contract: kernels/scalar/dot_scalar.h.
//
// vpmaddwd multiplies pairs of int16 and adds each pair into int32, which is exact for every value (vpmaddubsw would
// need no widening, but saturates). A is widened once, when it is packed; a register of B is eight columns of four
// values, whose even bytes and odd bytes become two registers of int16 pairs by shifts. So a packed group of A holds
// (a0, a2) and (a1, a3).
#ifndef LINNET_KERNELS_X86_DOT_AVX2_H_
#define LINNET_KERNELS_X86_DOT_AVX2_H_

#include "kernels/dot_tile.h"
#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
namespace {

constexpr int kTileRows = 6;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 8, kRowsTogether = 1;
constexpr bool kUnsignedA = false, kReadsRuns = false;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  // Within each four bytes: 0, 2, 1, 3.
  const __m128i order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
  const __m128i turned = _mm_set1_epi8(static_cast<char>(flip));
  size_t i = 0;
  for (; i + 16 <= n; i += 16, dst += 32) {
    const __m128i bytes = _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(src + i)), turned);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst), _mm256_cvtepi8_epi16(_mm_shuffle_epi8(bytes, order)));
  }
  if (i + 8 <= n) {
    const __m128i bytes = _mm_xor_si128(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(src + i)), turned);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst), _mm_cvtepi8_epi16(_mm_shuffle_epi8(bytes, order)));
    i += 8, dst += 16;
  }
  for (; i < n; i += 4, dst += 8) {
    int32_t four = 0;
    if (i + 4 <= n) {
      std::memcpy(&four, src + i, 4);
    } else {
      for (size_t j = 0; i + j < n; ++j) reinterpret_cast<int8_t*>(&four)[j] = src[i + j];
    }
    const __m128i bytes = _mm_xor_si128(_mm_cvtsi32_si128(four), turned);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(dst), _mm_cvtepi8_epi16(_mm_shuffle_epi8(bytes, order)));
  }
}

LINNET_INLINE __m256i BroadcastPair(const uint8_t* p) {
  int32_t pair;
  std::memcpy(&pair, p, sizeof(pair));
  return _mm256_set1_epi32(pair);
}

// sum + products of pairs. Sums are added to in the order that is written: what the compiler gains by reordering costs
// it more registers than there are.
LINNET_INLINE __m256i AddPairs(__m256i sum, __m256i a, __m256i w) {
  __m256i next = _mm256_add_epi32(sum, _mm256_madd_epi16(a, w));
  asm("" : "+x"(next));
  return next;
}

// Rows by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const uint8_t* a, size_t a_stride, const __m256i (&w)[kVecs], VecI32 (&sum)[kRows][kVecs]) {
  const __m256i pair = BroadcastPair(a);
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = AddPairs(sum[kRow][v], pair, w[v]);
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a + a_stride, a_stride, w, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const uint8_t* a = t.a;
  const size_t a_stride = t.a_stride, b_step = t.b_step;
  for (size_t g = 0; g < t.groups; ++g, a += kGroupBytes, b += b_step) {
    __m256i w[kVecs];
    for (int v = 0; v < kVecs; ++v) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + v * 32));
      w[v] = _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
    }
    AddRows(a, a_stride, w, sum);
    for (int v = 0; v < kVecs; ++v) {
      w[v] = _mm256_srai_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + v * 32)), 8);
    }
    AddRows(a + 4, a_stride, w, sum);
  }
}

}  // namespace
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_DOT_AVX2_H_
