#include "kernels/depthwise_i8.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_TAPS_VARIANTS(DepthwiseConvI8);

void DepthwiseConvI8(const DepthwiseI8& conv, size_t row_begin, size_t row_end) {
  LINNET_DISPATCH(DepthwiseConvI8)(conv, row_begin, row_end);
}

}  // namespace linnet::kernels
