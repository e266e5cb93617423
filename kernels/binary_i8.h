// out = a + b or a b over rows of int8: sums and products of quantised numbers. Definition: kernels/int8.md.
#ifndef LINNET_KERNELS_BINARY_I8_H_
#define LINNET_KERNELS_BINARY_I8_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// For r in [0, rows), i in [0, n), with a[r][i] = a[r * stride_a + i], or a[r * stride_a] where scalar_a, b likewise:
//   x = float(a[r][i] - zero_a), y = float(b[r][i] - zero_b)
//   out[r * stride_out + i] = zero_out + round_half_even(clamp(f(x, y), lo - zero_out, hi - zero_out))
// Every operation rounds to float by itself. Strides may be 0 for a and b. REQUIRES: zero points, lo and hi are int8,
// lo <= hi; multipliers are finite.
struct BinaryI8Args {
  size_t rows, n;
  const int8_t* a;
  const int8_t* b;
  int8_t* out;
  size_t stride_a, stride_b, stride_out;
  bool scalar_a, scalar_b;
  int32_t zero_a, zero_b, zero_out;
  float multiplier_a, multiplier_b;
  int32_t lo, hi;
};

// f(x, y) = x multiplier_a + y multiplier_b.
void AddI8(const BinaryI8Args& args);
// f(x, y) = (x y) multiplier_a.
void MulI8(const BinaryI8Args& args);

// `out` may be `a` or `b` where that has the same stride and is not scalar; no other overlap. Reads and writes exactly
// the elements named above.
using BinaryI8 = void(const BinaryI8Args& args);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_BINARY_I8_H_
