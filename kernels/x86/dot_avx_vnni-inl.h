// Sums of int8 products over 256-bit registers with vpdpbusd, whichever way it is encoded: LINNET_DPBUSD(sum, a, b).
// Included inside a region and a namespace that knows the vocabulary of AVX2. Contract: kernels/scalar/dot_scalar.h;
// how it works: dot_avx512vnni.h.

namespace {

constexpr int kTileRows = 6;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 4, kRowsTogether = 1;
constexpr bool kUnsignedA = true, kReadsRuns = true;

LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  const __m256i turned = _mm256_set1_epi8(static_cast<char>(flip ^ 0x80));
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(src + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(dst + i), _mm256_xor_si256(bytes, turned));
  }
  for (; i < n; ++i) dst[i] = static_cast<uint8_t>(src[i]) ^ flip ^ 0x80;
  for (; i % kGroup != 0; ++i) dst[i] = 0;
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const RowPointers<uint8_t, kRows>& a, size_t a_stride, const __m256i (&w)[kVecs], VecI32 (&sum)[kRows][kVecs]) {
  int32_t four;
  std::memcpy(&four, RowAt<kRow>(a, a_stride), sizeof(four));
  const __m256i x = _mm256_set1_epi32(four);
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = LINNET_DPBUSD(sum[kRow][v], x, w[v]);
  if constexpr (kRow + 1 < kRows) AddRows<kRow + 1>(a, a_stride, w, sum);
}

template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  const size_t a_stride = t.a_stride, b_step = t.b_step;
  for (size_t r = 0; r < t.runs; ++r) {
    RowPointers<uint8_t, kRows> a;
    PointToRows(t.a + r * t.a_run, a_stride, &a);
    for (size_t g = 0; g < t.groups; ++g, b += b_step) {
      __m256i w[kVecs];
      for (int v = 0; v < kVecs; ++v) w[v] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + v * 32));
      AddRows(a, a_stride, w, sum);
      Advance(kGroupBytes, &a);
    }
  }
}

}  // namespace
