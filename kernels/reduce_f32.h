// Sums, extremes and products of rows and columns.
//
// Sums go through three levels (64 values, 4096, all): the error of a sum of n values is at most about
// (64 + 64 + n / 4096) 2^-24 of the sum of their magnitudes, not n 2^-24.
#ifndef LINNET_KERNELS_REDUCE_F32_H_
#define LINNET_KERNELS_REDUCE_F32_H_

#include <cstddef>

namespace linnet::kernels {

// X(name): what is combined, and its value over nothing. NaN in an input gives NaN.
#define LINNET_REDUCE_F32_LIST(X)          \
  X(Sum)        /* sum of x; 0 */          \
  X(SumSquares) /* sum of x^2; 0 */        \
  X(SumAbs)     /* sum of |x|; 0 */        \
  X(Prod)       /* product of x; 1 */      \
  X(Max)        /* largest x; -infinity */ \
  X(Min)        /* smallest x; infinity */

// <name>RowF32: over in[i] for i in [0, n).
// <name>ColumnsF32: out[i] over in[r * stride + i] for r in [0, rows), for each i in [0, n). `out` overlaps nothing.
#define LINNET_DECLARE(name)                     \
  float name##RowF32(size_t n, const float* in); \
  void name##ColumnsF32(size_t rows, size_t n, const float* in, size_t stride, float* out);
LINNET_REDUCE_F32_LIST(LINNET_DECLARE)
#undef LINNET_DECLARE

using ReduceRowF32 = float(size_t n, const float* in);
using ReduceColumnsF32 = void(size_t rows, size_t n, const float* in, size_t stride, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_REDUCE_F32_H_
