// The sums of kernels/depthwise_i8.h in 64-bit integers. For tests.
#ifndef LINNET_KERNELS_REFERENCE_DEPTHWISE_I8_H_
#define LINNET_KERNELS_REFERENCE_DEPTHWISE_I8_H_

#include <vector>

#include "kernels/depthwise_i8.h"

namespace linnet::kernels::reference {

// sum[row, ox, j] for `rows` of batch * out_h rows. `weight` is [kernel_h * kernel_w, channels] in plain order.
inline std::vector<int64_t> Depthwise(const DepthwiseI8& c, size_t rows, const std::vector<int8_t>& weight) {
  std::vector<int64_t> sums;
  for (size_t i = 0; i < rows * c.out_w * c.channels; ++i) {
    const size_t j = i % c.channels, ox = i / c.channels % c.out_w, row = i / c.channels / c.out_w;
    int64_t sum = c.bias != nullptr ? c.bias[j] : 0;
    for (size_t tap = 0; tap < c.kernel_h * c.kernel_w; ++tap) {
      const size_t y = row % c.out_h * c.stride_h + tap / c.kernel_w * c.dilation_h - c.pad_top;
      const size_t x = ox * c.stride_w + tap % c.kernel_w * c.dilation_w - c.pad_left;
      int64_t value = c.x_pad;
      if (y < c.in_h && x < c.in_w) value = c.x[((row / c.out_h * c.in_h + y) * c.in_w + x) * c.x_stride + j];
      sum += value * weight[tap * c.channels + j];
    }
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_DEPTHWISE_I8_H_
