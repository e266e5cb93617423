// out = f(a, b) over rows: two tensors, a vector along the rows, a number per row, or views with strides.
#ifndef LINNET_KERNELS_BINARY_F32_H_
#define LINNET_KERNELS_BINARY_F32_H_

#include <cstddef>

namespace linnet::kernels {

// out[r][i] = f(a[r][i], b[r][i]) for r in [0, rows), i in [0, n), with
//   a[r][i] = a[r * stride_a + i], or a[r * stride_a] where scalar_a; b likewise; out[r * stride_out + i].
// Strides are in floats and may be 0 for a and b: [rows, c] op [c] has stride_b = 0, [rows, c] op [rows, 1] has
// stride_b = 1 and scalar_b, [n] op [] has rows = 1 and scalar_b.
struct BinaryF32Args {
  size_t rows, n;
  const float* a;
  const float* b;
  float* out;
  size_t stride_a, stride_b, stride_out;
  bool scalar_a, scalar_b;
};

// Every function of the family, a and b the two elements. Each equals the formula in fp32 arithmetic. NaN in a or b
// gives NaN, in a only for PReluF32 of a positive a.
#define LINNET_BINARY_F32_LIST(X) \
  X(AddF32)   /* a + b */         \
  X(SubF32)   /* a - b */         \
  X(MulF32)   /* a b */           \
  X(DivF32)   /* a / b */         \
  X(MinF32)   /* a < b ? a : b */ \
  X(MaxF32)   /* a > b ? a : b */ \
  X(PReluF32) /* a >= 0 ? a : b a */

// `out` may be `a` or `b` where that has the same stride and is not scalar; no other overlap. Reads and writes exactly
// the elements named above, aligned to 4 bytes.
#define LINNET_DECLARE(name) void name(const BinaryF32Args& args);
LINNET_BINARY_F32_LIST(LINNET_DECLARE)
#undef LINNET_DECLARE

using BinaryF32 = void(const BinaryF32Args& args);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_BINARY_F32_H_
