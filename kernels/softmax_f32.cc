#include "kernels/softmax_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(SoftmaxRowF32);
LINNET_F32_VARIANTS(LogSoftmaxRowF32);
LINNET_F32_VARIANTS(SoftmaxColumnsF32);
LINNET_F32_VARIANTS(LogSoftmaxColumnsF32);

void SoftmaxRowF32(size_t n, const float* in, float* out) { LINNET_DISPATCH(SoftmaxRowF32)(n, in, out); }

void LogSoftmaxRowF32(size_t n, const float* in, float* out) { LINNET_DISPATCH(LogSoftmaxRowF32)(n, in, out); }

void SoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out) {
  LINNET_DISPATCH(SoftmaxColumnsF32)(rows, columns, in, stride, out);
}

void LogSoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out) {
  LINNET_DISPATCH(LogSoftmaxColumnsF32)(rows, columns, in, stride, out);
}

}  // namespace linnet::kernels
