// Plain truth of kernels/binary_i8.h.
#ifndef LINNET_KERNELS_REFERENCE_BINARY_I8_H_
#define LINNET_KERNELS_REFERENCE_BINARY_I8_H_

#include "kernels/binary_i8.h"
#include "kernels/reference/quantize.h"

namespace linnet::kernels::reference {

inline int8_t AddI8(int a, int b, const BinaryI8Args& s) {
  const float x = Multiply(static_cast<float>(a - s.zero_a), s.multiplier_a);
  const float y = Multiply(static_cast<float>(b - s.zero_b), s.multiplier_b);
  return static_cast<int8_t>(Quantized(Sum(x, y), s.zero_out, s.lo, s.hi));
}

inline int8_t MulI8(int a, int b, const BinaryI8Args& s) {
  const float product = static_cast<float>((a - s.zero_a) * (b - s.zero_b));
  return static_cast<int8_t>(Quantized(Multiply(product, s.multiplier_a), s.zero_out, s.lo, s.hi));
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_BINARY_I8_H_
