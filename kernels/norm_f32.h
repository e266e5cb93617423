// Normalisation of rows (LayerNorm, RmsNorm) and the scale and shift per channel that other norms end in.
#ifndef LINNET_KERNELS_NORM_F32_H_
#define LINNET_KERNELS_NORM_F32_H_

#include <cstddef>

namespace linnet::kernels {

// mean = (sum of in[i]) / n, variance = (sum of (in[i] - mean)^2) / n, in two passes; REQUIRES: n > 0.
struct MomentsF32 {
  float mean, variance;
};
MomentsF32 MomentsRowF32(size_t n, const float* in);

// out[i] = sum of (in[r * stride + i] - mean[i])^2 for r in [0, rows), i in [0, n). `out` overlaps nothing.
void SumSquaredDeviationsColumnsF32(size_t rows, size_t n, const float* in, size_t stride, const float* mean,
                                    float* out);

// out[i] = (in[i] - mean) * factor * scale[i] + shift[i]; no scale where null, no shift where null. `out` may be `in`.
void NormalizeRowF32(size_t n, const float* in, float mean, float factor, const float* scale, const float* shift,
                     float* out);

// Moments and normalisation of `rows` dense rows: as NormalizeRowF32 with factor = 1 / sqrt(variance + epsilon), which is computed in
// double. `out` may be `in`. REQUIRES: n > 0.
void LayerNormRowsF32(size_t rows, size_t n, const float* in, double epsilon, const float* scale, const float* shift,
                      float* out);

// out[r * stride_out + i] = in[r * stride_in + i] * scale[i] + shift[i] for r in [0, rows), i in [0, n). `out` may be
// `in` with the same stride.
struct ScaleShiftF32Args {
  size_t rows, n;
  const float* in;
  size_t stride_in;
  const float* scale;
  const float* shift;
  float* out;
  size_t stride_out;
};
void ScaleShiftF32(const ScaleShiftF32Args& args);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_NORM_F32_H_
