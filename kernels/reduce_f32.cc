#include "kernels/reduce_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

#define LINNET_DEFINE(name)                                                                      \
  LINNET_F32_VARIANTS(name##RowF32);                                                             \
  LINNET_F32_VARIANTS(name##ColumnsF32);                                                         \
  float name##RowF32(size_t n, const float* in) { return LINNET_DISPATCH(name##RowF32)(n, in); } \
  void name##ColumnsF32(size_t rows, size_t n, const float* in, size_t stride, float* out) {     \
    LINNET_DISPATCH(name##ColumnsF32)(rows, n, in, stride, out);                                 \
  }
LINNET_REDUCE_F32_LIST(LINNET_DEFINE)
#undef LINNET_DEFINE

}  // namespace linnet::kernels
