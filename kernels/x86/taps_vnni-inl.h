// Products of int8 taps, four rows at a time, over 256-bit registers with vpdpbusd, whichever way it is encoded:
// LINNET_DPBUSD(sum, x, w). Included inside a region and a namespace that knows the vocabulary of AVX2. Contract:
// kernels/scalar/taps_scalar.h.
//
// Four rows of 32 channels are interleaved, which leaves the four values of a channel side by side. x is made unsigned by adding
// 128. Interleaving works within halves of registers; sums have the channels that it leaves, and packing undoes it.

namespace {

constexpr size_t kStep = 32, kStepVecs = 4, kRowsAtOnce = 4;
constexpr bool kUnsignedX = true;

using Wide = __m256i;
struct Taps {
  __m256i v[4];  // channels 0-3, 16-19; 4-7, 20-23; ...
};

LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t apart) {
  const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(first), _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + apart)), 1);
}
LINNET_INLINE Wide LoadWide(const int8_t* p) {
  return _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)), _mm256_set1_epi8(-128));
}
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[4]) {
  const __m256i a = _mm256_unpacklo_epi8(rows[0], rows[1]), b = _mm256_unpackhi_epi8(rows[0], rows[1]);
  const __m256i c = _mm256_unpacklo_epi8(rows[2], rows[3]), d = _mm256_unpackhi_epi8(rows[2], rows[3]);
  return {{_mm256_unpacklo_epi16(a, c), _mm256_unpackhi_epi16(a, c), _mm256_unpacklo_epi16(b, d),
           _mm256_unpackhi_epi16(b, d)}};
}
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[4]) {
  for (int v = 0; v < 4; ++v) sum[v] = LINNET_DPBUSD(sum[v], x.v[v], w.v[v]);
}
LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&sums)[4]) {
  for (int v = 0; v < 4; ++v) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 4 * v));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 4 * v + 16));
    sums[v] = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
  }
}
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&factors)[4]) {
  for (int v = 0; v < 4; ++v) {
    factors[v] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + 4 * v)), _mm_loadu_ps(p + 4 * v + 16), 1);
  }
}
LINNET_INLINE __m256i StepBytes(const Narrower& n, const VecF32 (&x)[4]) {
  const __m256i a = _mm256_adds_epi16(_mm256_packs_epi32(Rounded(x[0]), Rounded(x[1])), n.zero_point);
  const __m256i b = _mm256_adds_epi16(_mm256_packs_epi32(Rounded(x[2]), Rounded(x[3])), n.zero_point);
  const __m256i lo = _mm256_broadcastsi128_si256(n.lo), hi = _mm256_broadcastsi128_si256(n.hi);
  return _mm256_min_epi8(hi, _mm256_max_epi8(lo, _mm256_packs_epi16(a, b)));
}
LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[4], int8_t* p) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), StepBytes(n, x));
}

}  // namespace
