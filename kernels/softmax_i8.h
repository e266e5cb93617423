// Softmax of int8 by way of whole numbers: sums do not depend on their order.
#ifndef LINNET_KERNELS_SOFTMAX_I8_H_
#define LINNET_KERNELS_SOFTMAX_I8_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// e[d] = round(2^23 e^(-d scale)) for differences d of quantised values. REQUIRES: scale > 0.
struct SoftmaxTableI8 {
  float e[256];  // whole numbers
};
void MakeSoftmaxTableI8(float scale, SoftmaxTableI8* table);

// Element i of the slice is in[i * stride], i in [0, n); m is the largest of them. With s = sum of e[m - element], exact:
// out[i * stride] = zero_point + round_half_even(clamp(e[m - element] float(1 / (s scale_out)), -128 - zero_point,
// 127 - zero_point)). `out` may be `in`. REQUIRES: n <= 2^30, scale_out > 0.
struct SoftmaxI8 {
  const SoftmaxTableI8* table;
  float scale_out;
  int32_t zero_point;
};
void SoftmaxSliceI8(const SoftmaxI8& softmax, size_t n, const int8_t* in, size_t stride, int8_t* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_SOFTMAX_I8_H_
