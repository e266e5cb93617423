// Body of kernels/pool_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

constexpr size_t kPoolVectors = 4;  // enough chains to hide the latency of one maximum or addition

// The largest element propagates NaN of both: `largest` may be NaN from an earlier tap.
template <size_t kVectors>
LINNET_INLINE void MaxOverWindow(const PoolWindowF32& w, size_t channel, VecF32 (&largest)[kVectors]) {
  for (size_t v = 0; v < kVectors; ++v) largest[v] = Set(-__builtin_huge_valf());
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      const float* tap = w.in + d * w.step[0] + h * w.step[1] + channel;
      for (size_t x = 0; x < w.size[2]; ++x, tap += w.step[2]) {
        for (size_t v = 0; v < kVectors; ++v) largest[v] = Max(largest[v], Load(tap + v * kLanes));
      }
    }
  }
}

template <size_t kVectors>
LINNET_INLINE void SumOverWindow(const PoolWindowF32& w, size_t channel, VecF32 (&sum)[kVectors]) {
  for (size_t v = 0; v < kVectors; ++v) sum[v] = Zero();
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      const float* tap = w.in + d * w.step[0] + h * w.step[1] + channel;
      VecF32 row[kVectors];
      for (size_t v = 0; v < kVectors; ++v) row[v] = Zero();
      for (size_t x = 0; x < w.size[2]; ++x, tap += w.step[2]) {
        for (size_t v = 0; v < kVectors; ++v) row[v] = Add(row[v], Load(tap + v * kLanes));
      }
      for (size_t v = 0; v < kVectors; ++v) sum[v] = Add(sum[v], row[v]);
    }
  }
}

// The same of all kSide x kSide taps of a window of the last two dimensions, without loops around them.
template <size_t kSide, size_t kVectors>
LINNET_INLINE void MaxOverSquare(const PoolWindowF32& w, size_t channel, VecF32 (&largest)[kVectors]) {
  const float* tap = w.in + channel;
  for (size_t v = 0; v < kVectors; ++v) largest[v] = Load(tap + v * kLanes);
  for (size_t h = 0; h < kSide; ++h) {
    for (size_t x = h == 0 ? 1 : 0; x < kSide; ++x) {
      for (size_t v = 0; v < kVectors; ++v) {
        largest[v] = Max(largest[v], Load(tap + h * w.step[1] + x * w.step[2] + v * kLanes));
      }
    }
  }
}

template <size_t kVectors>
LINNET_INLINE void StoreMax(const PoolWindowF32& w, size_t channel, float* out) {
  const size_t side = w.size[0] == 1 && w.size[1] == w.size[2] ? w.size[1] : 0;
  VecF32 largest[kVectors];
  if (side == 3) {
    MaxOverSquare<3>(w, channel, largest);
  } else if (side == 2) {
    MaxOverSquare<2>(w, channel, largest);
  } else {
    MaxOverWindow(w, channel, largest);
  }
  for (size_t v = 0; v < kVectors; ++v) Store(out + channel + v * kLanes, largest[v]);
}

// The last n < kLanes channels.
LINNET_INLINE VecF32 MaxOverTail(const PoolWindowF32& w, size_t channel, size_t n) {
  VecF32 largest = Set(-__builtin_huge_valf());
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      const float* tap = w.in + d * w.step[0] + h * w.step[1] + channel;
      for (size_t x = 0; x < w.size[2]; ++x, tap += w.step[2]) largest = Max(largest, LoadN(tap, n));
    }
  }
  return largest;
}

LINNET_INLINE VecF32 SumOverTail(const PoolWindowF32& w, size_t channel, size_t n) {
  VecF32 sum = Zero();
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      const float* tap = w.in + d * w.step[0] + h * w.step[1] + channel;
      VecF32 row = Zero();
      for (size_t x = 0; x < w.size[2]; ++x, tap += w.step[2]) row = Add(row, LoadN(tap, n));
      sum = Add(sum, row);
    }
  }
  return sum;
}

}  // namespace

void MaxPoolF32(const PoolWindowF32& window, size_t channels, float* out) {
  size_t i = 0;
  for (; i + kPoolVectors * kLanes <= channels; i += kPoolVectors * kLanes) StoreMax<kPoolVectors>(window, i, out);
  for (; i + kLanes <= channels; i += kLanes) StoreMax<1>(window, i, out);
  if (i < channels) StoreN(out + i, MaxOverTail(window, i, channels - i), channels - i);
}

void AveragePoolF32(const PoolWindowF32& window, size_t channels, float divisor, float* out) {
  const VecF32 count = Set(divisor);
  size_t i = 0;
  for (; i + kPoolVectors * kLanes <= channels; i += kPoolVectors * kLanes) {
    VecF32 sum[kPoolVectors];
    SumOverWindow(window, i, sum);
    for (size_t v = 0; v < kPoolVectors; ++v) Store(out + i + v * kLanes, Div(sum[v], count));
  }
  for (; i + kLanes <= channels; i += kLanes) {
    VecF32 sum[1];
    SumOverWindow(window, i, sum);
    Store(out + i, Div(sum[0], count));
  }
  if (i < channels) StoreN(out + i, Div(SumOverTail(window, i, channels - i), count), channels - i);
}
