// A convolution as a matrix product: its patches are rows of A.
#ifndef LINNET_KERNELS_CONV_ROWS_H_
#define LINNET_KERNELS_CONV_ROWS_H_

#include <cstddef>

namespace linnet::kernels {

// The patches of x [batch, in_h, in_w, channels] as rows [batch * out_h * out_w, kernel_h * kernel_w * channels];
// outside of the
// image is zero, in int8 the zero point.
struct ConvRows {
  size_t in_h, in_w, channels;
  size_t pixel_stride;  // elements from one pixel of x to the next: channels of all groups, or more in a view
  size_t out_h, out_w;
  size_t kernel_h, kernel_w;
  size_t stride_h, stride_w;
  size_t dilation_h, dilation_w;
  size_t pad_top, pad_left;  // modulo 2^64: negative ones begin inside of the image
};

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_CONV_ROWS_H_
