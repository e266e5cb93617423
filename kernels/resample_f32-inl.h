// Body of kernels/resample_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

constexpr size_t kResampleVectors = 4;  // sums at a time: enough chains to hide the latency of one

// One pixel. Two taps, which is linear interpolation, have a loop of their own: none.
template <bool kTwoTaps>
LINNET_INLINE void ResamplePixel(const ResampleRowF32& r, const int32_t* index, const float* weight, float* out) {
  const size_t taps = kTwoTaps ? 2 : r.taps;
  for (size_t c = 0; c < r.channels; c += kLanes) {
    const size_t left = r.channels - c;
    const bool full = left >= kLanes;
    const float* in = r.in + c;
    VecF32 sum = Zero();
    for (size_t t = 0; t < taps; ++t) {
      const float* tap = in + static_cast<size_t>(index[t]) * r.in_step;
      const VecF32 x = full ? Load(tap) : LoadN(tap, left);
      sum = t == 0 ? Mul(Set(weight[0]), x) : Fma(Set(weight[t]), x, sum);
    }
    if (full) {
      Store(out + c, sum);
    } else {
      StoreN(out + c, sum, left);
    }
  }
}

// Planes: a pixel is one number. kTaps 0: as many as the row says.
template <size_t kTaps>
LINNET_INLINE void ResamplePlaneRow(const ResampleRowF32& r) {
  const size_t taps = kTaps != 0 ? kTaps : r.taps, pixels = r.pixels, in_step = r.in_step, out_step = r.out_step;
  const int32_t* index = r.index;
  const float* weight = r.weight;
  const float* in = r.in;
  float* out = r.out;
  for (size_t p = 0; p < pixels; ++p, index += taps, weight += taps) {
    float sum = 0;
    for (size_t t = 0; t < taps; ++t) sum += weight[t] * in[static_cast<size_t>(index[t]) * in_step];
    out[p * out_step] = sum;
  }
}

}  // namespace

void SumRowsF32(size_t n, size_t count, const float* const* rows, const float* weights, bool accumulate, float* out) {
  size_t i = 0;
  for (; i + kResampleVectors * kLanes <= n; i += kResampleVectors * kLanes) {
    VecF32 sum[kResampleVectors];
    for (size_t v = 0; v < kResampleVectors; ++v) sum[v] = accumulate ? Load(out + i + v * kLanes) : Zero();
    for (size_t k = 0; k < count; ++k) {
      const VecF32 weight = Set(weights[k]);
      for (size_t v = 0; v < kResampleVectors; ++v) sum[v] = Fma(weight, Load(rows[k] + i + v * kLanes), sum[v]);
    }
    for (size_t v = 0; v < kResampleVectors; ++v) Store(out + i + v * kLanes, sum[v]);
  }
  for (; i < n; i += kLanes) {
    const size_t lanes = n - i < kLanes ? n - i : kLanes;
    VecF32 sum = accumulate ? LoadN(out + i, lanes) : Zero();
    for (size_t k = 0; k < count; ++k) sum = Fma(Set(weights[k]), LoadN(rows[k] + i, lanes), sum);
    StoreN(out + i, sum, lanes);
  }
}

void RunResampleRowF32(const ResampleRowF32& r) {
  if (r.channels == 1) {
    return r.taps == 2 ? ResamplePlaneRow<2>(r) : r.taps == 4 ? ResamplePlaneRow<4>(r) : ResamplePlaneRow<0>(r);
  }
  for (size_t p = 0; p < r.pixels; ++p) {
    const int32_t* index = r.index + p * r.taps;
    const float* weight = r.weight + p * r.taps;
    if (r.taps == 2) {
      ResamplePixel<true>(r, index, weight, r.out + p * r.out_step);
    } else {
      ResamplePixel<false>(r, index, weight, r.out + p * r.out_step);
    }
  }
}
