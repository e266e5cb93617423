// Depthwise convolution in int8 with int32 sums, NHWC:
//
//   sum[b, oy, ox, j] = sum over ky, kx of x[b, oy * stride_h + ky * dilation_h - pad_top,
//                                            ox * stride_w + kx * dilation_w - pad_left, j] * w[ky, kx, j]  +  bias[j]
//   y = requantised sum (kernels/requantize.h)
//
// Taps outside of the image see x_pad, and those of rows outside read `padding`. Sums are exact modulo 2^32, for all values of x
// and w. Every instruction set gives the same bytes. Reads and writes nothing outside of the arrays. y must not overlap x. Any
// alignment.
#ifndef LINNET_KERNELS_DEPTHWISE_I8_H_
#define LINNET_KERNELS_DEPTHWISE_I8_H_

#include <cstddef>
#include <cstdint>

#include "kernels/requantize.h"

namespace linnet::kernels {

struct DepthwiseI8 {
  size_t in_h, in_w, out_h, out_w, channels;
  size_t x_stride, y_stride;  // bytes from one pixel to the next, >= channels
  size_t kernel_h, kernel_w;
  size_t stride_h, stride_w;
  size_t dilation_h, dilation_w;
  size_t pad_top, pad_left;
  const int8_t* x;
  const int8_t* weight;     // [channels / 16][kernel_h * kernel_w][16], zero padded
  const int32_t* bias;      // [channels] or null
  const float* multiplier;  // [channels]
  int8_t* y;
  int8_t x_pad;
  const int8_t* padding;  // `padding_bytes` of x_pad, at least `channels`; rows are fastest if it is as long as a row of x
  size_t padding_bytes;
  Requantize requantize;
};

// Computes rows [row_begin, row_end) of the batch * out_h rows of y.
void DepthwiseConvI8(const DepthwiseI8& conv, size_t row_begin, size_t row_end);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_DEPTHWISE_I8_H_
