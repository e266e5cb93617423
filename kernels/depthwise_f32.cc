#include "kernels/depthwise_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(DepthwiseConvF32);

void DepthwiseConvF32(const DepthwiseF32& conv, size_t row_begin, size_t row_end) {
  LINNET_DISPATCH(DepthwiseConvF32)(conv, row_begin, row_end);
}

}  // namespace linnet::kernels
