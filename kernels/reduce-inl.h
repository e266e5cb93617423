// Reductions of strips of vectors, for reduce_f32-inl.h and norm_f32-inl.h. Included inside a region and a namespace of
// an instruction set; no include guard, no includes.

// Values of the lanes before `n` from x, of the others from `rest`.
LINNET_INLINE VecF32 FirstLanes(size_t n, VecF32 x, VecF32 rest) {
  alignas(64) static const int32_t kIndex[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return Select(Lt(LoadI32(kIndex), SetI32(static_cast<int32_t>(n))), x, rest);
}

struct PlainSumOp {
  LINNET_INLINE VecF32 Initial() { return Zero(); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Add(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 sum, VecF32 x) { return Add(sum, x); }
  LINNET_INLINE float Lanes(VecF32 a) { return SumLanes(a); }
};

constexpr size_t kStripVectors = 4;  // enough chains to hide the latency of one addition
constexpr size_t kLevel0 = 64, kLevel1 = 64 * kLevel0;

// total[v] = Op over rows of in[r * stride + v * kLanes ...], in three levels.
template <typename Op, size_t kVectors>
LINNET_INLINE void ReduceStrip(const Op& op, size_t rows, const float* in, size_t stride, VecF32 (&total)[kVectors]) {
  for (size_t v = 0; v < kVectors; ++v) total[v] = op.Initial();
  for (size_t first = 0; first < rows; first += kLevel1) {
    const size_t end1 = rows - first < kLevel1 ? rows : first + kLevel1;
    VecF32 level1[kVectors];
    for (size_t v = 0; v < kVectors; ++v) level1[v] = op.Initial();
    for (size_t r = first; r < end1;) {
      const size_t end0 = end1 - r < kLevel0 ? end1 : r + kLevel0;
      VecF32 level0[kVectors];
      for (size_t v = 0; v < kVectors; ++v) level0[v] = op.Initial();
      for (; r < end0; ++r) {
        const float* row = in + r * stride;
        for (size_t v = 0; v < kVectors; ++v) level0[v] = op.Accumulate(level0[v], Load(row + v * kLanes));
      }
      for (size_t v = 0; v < kVectors; ++v) level1[v] = op.Combine(level1[v], level0[v]);
    }
    for (size_t v = 0; v < kVectors; ++v) total[v] = op.Combine(total[v], level1[v]);
  }
}

// The same for the last n < kLanes columns.
template <typename Op>
LINNET_INLINE VecF32 ReduceTailStrip(const Op& op, size_t rows, size_t n, const float* in, size_t stride) {
  VecF32 total = op.Initial();
  for (size_t r = 0; r < rows;) {
    const size_t end = rows - r < kLevel0 ? rows : r + kLevel0;
    VecF32 level0 = op.Initial();
    for (; r < end; ++r) level0 = op.Accumulate(level0, LoadN(in + r * stride, n));
    total = op.Combine(total, level0);
  }
  return total;
}

template <typename Op>
LINNET_INLINE void ReduceColumns(const Op& op, size_t rows, size_t n, const float* in, size_t stride, float* out) {
  size_t i = 0;
  for (; i + kStripVectors * kLanes <= n; i += kStripVectors * kLanes) {
    VecF32 total[kStripVectors];
    ReduceStrip(op, rows, in + i, stride, total);
    for (size_t v = 0; v < kStripVectors; ++v) Store(out + i + v * kLanes, total[v]);
  }
  for (; i + kLanes <= n; i += kLanes) {
    VecF32 total[1];
    ReduceStrip(op, rows, in + i, stride, total);
    Store(out + i, total[0]);
  }
  if (i < n) StoreN(out + i, ReduceTailStrip(op, rows, n - i, in + i, stride), n - i);
}

template <typename Op>
LINNET_INLINE float ReduceRow(const Op& op, size_t n, const float* in) {
  constexpr size_t kWidth = kStripVectors * kLanes;
  VecF32 total[kStripVectors];
  ReduceStrip(op, n / kWidth, in, kWidth, total);
  VecF32 sum = op.Combine(op.Combine(total[0], total[2]), op.Combine(total[1], total[3]));
  size_t i = n / kWidth * kWidth;
  for (; i + kLanes <= n; i += kLanes) sum = op.Accumulate(sum, Load(in + i));
  if (i < n) sum = FirstLanes(n - i, op.Accumulate(sum, LoadN(in + i, n - i)), sum);
  return op.Lanes(sum);
}
