// Sums of int8 products over SSE4.1. Contract: kernels/scalar/dot_scalar.h; how it works: dot_avx2.h.
#ifndef LINNET_KERNELS_X86_DOT_SSE41_H_
#define LINNET_KERNELS_X86_DOT_SSE41_H_

#include "kernels/dot_tile.h"
#include "kernels/x86/simd_sse41.h"

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
namespace {

constexpr int kTileRows = 4;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 8, kRowsTogether = 1;
constexpr bool kUnsignedA = false, kReadsRuns = false;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  const __m128i order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
  const __m128i turned = _mm_set1_epi8(static_cast<char>(flip));
  size_t i = 0;
  for (; i + 16 <= n; i += 16, dst += 32) {
    __m128i bytes = _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(src + i)), turned);
    bytes = _mm_shuffle_epi8(bytes, order);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst), _mm_cvtepi8_epi16(bytes));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + 16), _mm_cvtepi8_epi16(_mm_srli_si128(bytes, 8)));
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

LINNET_INLINE __m128i LoadB(const int8_t* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

// sum + products of pairs. Sums are added to in the order that is written: what the compiler gains by reordering costs
// it more registers than there are.
LINNET_INLINE __m128i AddPairs(__m128i sum, __m128i a, __m128i w) {
  __m128i next = _mm_add_epi32(sum, _mm_madd_epi16(a, w));
  asm("" : "+x"(next));
  return next;
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const uint8_t* a, size_t a_stride, const __m128i (&even)[kVecs], const __m128i (&odd)[kVecs],
                           VecI32 (&sum)[kRows][kVecs]) {
  const __m128i pairs = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(a));
  const __m128i first = _mm_shuffle_epi32(pairs, 0x00), second = _mm_shuffle_epi32(pairs, 0x55);
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = AddPairs(AddPairs(sum[kRow][v], first, even[v]), second, odd[v]);
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a + a_stride, a_stride, even, odd, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const uint8_t* a = t.a;
  const size_t a_stride = t.a_stride, b_step = t.b_step;
  for (size_t g = 0; g < t.groups; ++g, a += kGroupBytes, b += b_step) {
    __m128i even[kVecs], odd[kVecs];
    for (int v = 0; v < kVecs; ++v) {
      const __m128i bytes = LoadB(b + v * 16);
      even[v] = _mm_srai_epi16(_mm_slli_epi16(bytes, 8), 8);
      odd[v] = _mm_srai_epi16(bytes, 8);
    }
    AddRows(a, a_stride, even, odd, sum);
  }
}

LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[1]) {
  const __m128i words = _mm_packs_epi32(q[0], q[0]);
  const int32_t bytes = _mm_cvtsi128_si32(_mm_packs_epi16(words, words));
  std::memcpy(p, &bytes, sizeof(bytes));
}
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[2]) {
  const __m128i words = _mm_packs_epi32(q[0], q[1]);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
}

}  // namespace
#include "kernels/narrow-inl.h"
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_DOT_SSE41_H_
