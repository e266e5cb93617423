// Weighted sums of rows, and of pixels of a row: the two stages of a separable resampling.
#ifndef LINNET_KERNELS_RESAMPLE_F32_H_
#define LINNET_KERNELS_RESAMPLE_F32_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// out[i] = sum over k in [0, count) of weights[k] * rows[k][i], i in [0, n), plus out[i] if `accumulate`. `out`
// overlaps no row. Zero times infinity is NaN.
void SumRowsF32(size_t n, size_t count, const float* const* rows, const float* weights, bool accumulate, float* out);

// Pixel p of `out`, p in [0, pixels), is the sum over t in [0, taps) of weight[p * taps + t] times the pixel index[p *
// taps + t] of `in`. Pixels are `channels` floats, steps apart.
struct ResampleRowF32 {
  size_t pixels, taps, channels;
  const int32_t* index;
  const float* weight;
  const float* in;
  size_t in_step;
  float* out;
  size_t out_step;
};
void RunResampleRowF32(const ResampleRowF32& row);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_RESAMPLE_F32_H_
