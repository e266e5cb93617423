// Plain truth of kernels/depthwise_f32.h, in double; without activation.
#ifndef LINNET_KERNELS_REFERENCE_DEPTHWISE_F32_H_
#define LINNET_KERNELS_REFERENCE_DEPTHWISE_F32_H_

#include <vector>

#include "kernels/depthwise_f32.h"
#include "kernels/reference/gemm_f32.h"

namespace linnet::kernels::reference {

// y[b, oy, ox, j] for weights w [taps, channels], plain.
inline Sum Depthwise(const DepthwiseF32& v, const std::vector<float>& w, size_t b, size_t oy, size_t ox, size_t j) {
  Sum sum;
  if (v.bias != nullptr) sum.Add(v.bias[j]);
  for (size_t ky = 0; ky < v.kernel_h; ++ky) {
    for (size_t kx = 0; kx < v.kernel_w; ++kx) {
      const long y = static_cast<long>(oy * v.stride_h + ky * v.dilation_h) - static_cast<long>(v.pad_top);
      const long x = static_cast<long>(ox * v.stride_w + kx * v.dilation_w) - static_cast<long>(v.pad_left);
      if (y < 0 || x < 0 || y >= static_cast<long>(v.in_h) || x >= static_cast<long>(v.in_w)) continue;
      const size_t pixel = (b * v.in_h + static_cast<size_t>(y)) * v.in_w + static_cast<size_t>(x);
      sum.Add(static_cast<double>(v.x[pixel * v.x_stride + j]) * w[(ky * v.kernel_w + kx) * v.channels + j]);
    }
  }
  return sum;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_DEPTHWISE_F32_H_
