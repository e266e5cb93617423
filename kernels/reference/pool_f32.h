// Plain truth of kernels/pool_f32.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_POOL_F32_H_
#define LINNET_KERNELS_REFERENCE_POOL_F32_H_

#include <cmath>
#include <vector>

#include "kernels/pool_f32.h"

namespace linnet::kernels::reference {

// Channel `channel` of every tap.
inline std::vector<double> Taps(const PoolWindowF32& window, size_t channel) {
  std::vector<double> taps;
  for (size_t d = 0; d < window.size[0]; ++d) {
    for (size_t h = 0; h < window.size[1]; ++h) {
      for (size_t w = 0; w < window.size[2]; ++w) {
        taps.push_back(window.in[d * window.step[0] + h * window.step[1] + w * window.step[2] + channel]);
      }
    }
  }
  return taps;
}

inline double MaxPool(const PoolWindowF32& window, size_t channel) {
  double largest = -HUGE_VAL;
  for (double tap : Taps(window, channel)) {
    if (tap > largest || std::isnan(tap)) largest = tap;
  }
  return largest;
}

inline double AveragePool(const PoolWindowF32& window, size_t channel, double divisor) {
  double sum = 0;
  for (double tap : Taps(window, channel)) sum += tap;
  return sum / divisor;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_POOL_F32_H_
