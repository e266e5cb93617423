// Normalisation of rows of int8.
#ifndef LINNET_KERNELS_NORM_I8_H_
#define LINNET_KERNELS_NORM_I8_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// y = ((float(in[i]) - mean) factor) scale[i] + shift[i], no shift where null; every operation rounds to float by itself.
// out[i] = zero_point + round_half_even(clamp(y, -128 - zero_point, 127 - zero_point)), the zero point where y is NaN.
// `out` may be `in`. Reads and writes exactly n elements.
struct NormalizeI8 {
  float mean, factor;
  const float* scale;
  const float* shift;
  int32_t zero_point;
};
void NormalizeRowI8(const NormalizeI8& norm, size_t n, const int8_t* in, int8_t* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_NORM_I8_H_
