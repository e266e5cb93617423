// One output pixel of a pooling, all its channels.
#ifndef LINNET_KERNELS_POOL_F32_H_
#define LINNET_KERNELS_POOL_F32_H_

#include <cstddef>

namespace linnet::kernels {

// The taps of a window that lie inside the input, up to three spatial dimensions: tap (d, h, w) is the row of channels at
// in + d * step[0] + h * step[1] + w * step[2], d in [0, size[0]) and so on. Steps are in elements (dilation included).
template <typename T>
struct PoolWindow {
  const T* in;
  size_t size[3];
  size_t step[3];
};
using PoolWindowF32 = PoolWindow<float>;

// out[i] = the largest of channel i over the taps, i in [0, channels); -infinity if there are none. NaN gives NaN.
void MaxPoolF32(const PoolWindowF32& window, size_t channels, float* out);
// out[i] = (sum of channel i over the taps) / divisor; each row of taps (w) is summed by itself. NaN gives NaN.
void AveragePoolF32(const PoolWindowF32& window, size_t channels, float divisor, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_POOL_F32_H_
