// Transposes of matrices of elements of 1, 2, 4 or 8 bytes.
#ifndef LINNET_KERNELS_TRANSPOSE_H_
#define LINNET_KERNELS_TRANSPOSE_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// out[c][r] = in[r][c] for r in [0, rows), c in [0, cols). Row r of `in` starts at in + r * in_stride bytes, row c of
// `out` at out + c * out_stride bytes; strides may be negative. `element` is 1, 2, 4 or 8 bytes. No alignment is
// assumed, input and output must not overlap, nothing outside the rows is read or written.
void Transpose2D(size_t element, int64_t rows, int64_t cols, const void* in, int64_t in_stride, void* out,
                 int64_t out_stride);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_TRANSPOSE_H_
