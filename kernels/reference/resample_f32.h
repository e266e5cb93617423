// Plain truth of kernels/resample_f32.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_RESAMPLE_F32_H_
#define LINNET_KERNELS_REFERENCE_RESAMPLE_F32_H_

#include "kernels/reference/gemm_f32.h"
#include "kernels/resample_f32.h"

namespace linnet::kernels::reference {

// Element i of SumRowsF32 that does not accumulate.
inline Sum SumRows(size_t count, const float* const* rows, const float* weights, size_t i) {
  Sum sum;
  for (size_t k = 0; k < count; ++k) sum.Add(static_cast<double>(weights[k]) * rows[k][i]);
  return sum;
}

// Channel c of pixel p.
inline Sum ResampledPixel(const ResampleRowF32& r, size_t p, size_t c) {
  Sum sum;
  for (size_t t = 0; t < r.taps; ++t) {
    const size_t pixel = static_cast<size_t>(r.index[p * r.taps + t]);
    sum.Add(static_cast<double>(r.weight[p * r.taps + t]) * r.in[pixel * r.in_step + c]);
  }
  return sum;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_RESAMPLE_F32_H_
