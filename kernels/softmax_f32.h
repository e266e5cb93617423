// Softmax and its logarithm over rows and columns.
#ifndef LINNET_KERNELS_SOFTMAX_F32_H_
#define LINNET_KERNELS_SOFTMAX_F32_H_

#include <cstddef>

namespace linnet::kernels {

// out[i] = e^(in[i] - m) / sum over j of e^(in[j] - m), m the largest in[j]; i, j in [0, n). Relative error
// (m - in[i] + 16) 2^-24 + n 2^-36, because the difference is rounded before it becomes an exponent; 0 for results
// below 2^-126. NaN or +infinity in any input, or nothing but -infinity, gives NaN everywhere. `out` may be `in`.
void SoftmaxRowF32(size_t n, const float* in, float* out);
// out[i] = in[i] - m - log(sum over j of e^(in[j] - m)), as above. Absolute error (|in[i] - m| + 8) 2^-23.
void LogSoftmaxRowF32(size_t n, const float* in, float* out);

// The same down each of `columns` columns: element r of column i is in[r * stride + i], r in [0, rows), and likewise
// in `out`, which may be `in`.
void SoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out);
void LogSoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_SOFTMAX_F32_H_
