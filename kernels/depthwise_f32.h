// Depthwise convolution in fp32, NHWC:
//
//   y[b, oy, ox, j] = activation(sum over ky, kx of x[b, oy * stride_h + ky * dilation_h - pad_top,
//                                                     ox * stride_w + kx * dilation_w - pad_left, j] * w[ky, kx, j]
//                                + bias[j])
//
// Taps outside of the image add nothing. Sums run over the taps in order, starting from the bias. NaN propagates. Reads
// and writes nothing outside of the arrays. y must not overlap x. Any alignment of 4 bytes.
//
// Error against exact arithmetic: at most (taps + 1) eps (|x| |w| + |bias|), eps = 2^-24, without activation.
#ifndef LINNET_KERNELS_DEPTHWISE_F32_H_
#define LINNET_KERNELS_DEPTHWISE_F32_H_

#include <cstddef>

#include "kernels/activation.h"

namespace linnet::kernels {

struct DepthwiseF32 {
  size_t in_h, in_w, out_h, out_w, channels;
  size_t x_stride, y_stride;  // floats from one pixel to the next, >= channels
  size_t kernel_h, kernel_w;
  size_t stride_h, stride_w;
  size_t dilation_h, dilation_w;
  size_t pad_top, pad_left;
  const float* x;
  const float* weight;  // [channels / 16][kernel_h * kernel_w][16], zero padded
  const float* bias;    // [channels] or null
  float* y;
  Activation activation;
};

// Computes rows [row_begin, row_end) of the batch * out_h rows of y.
void DepthwiseConvF32(const DepthwiseF32& conv, size_t row_begin, size_t row_end);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_DEPTHWISE_F32_H_
