// Plain truth of kernels/pool_i8.h.
#ifndef LINNET_KERNELS_REFERENCE_POOL_I8_H_
#define LINNET_KERNELS_REFERENCE_POOL_I8_H_

#include <limits>

#include "kernels/pool_i8.h"
#include "kernels/reference/quantize.h"

namespace linnet::kernels::reference {

// body(element of channel i) for every tap.
template <typename T, typename Body>
void ForEachTap(const PoolWindow<T>& w, size_t i, const Body& body) {
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      for (size_t x = 0; x < w.size[2]; ++x) body(w.in[d * w.step[0] + h * w.step[1] + x * w.step[2] + i]);
    }
  }
}

template <typename T>
T MaxPoolByte(const PoolWindow<T>& w, size_t i) {
  T largest = std::numeric_limits<T>::min();
  ForEachTap(w, i, [&](T x) { largest = x > largest ? x : largest; });
  return largest;
}

inline int8_t AveragePoolI8(const PoolWindow<int8_t>& w, size_t i, int32_t zero_in, const ScaleToI8& scale) {
  int64_t sum = 0;
  ForEachTap(w, i, [&](int8_t x) { sum += x - zero_in; });
  const float average = Multiply(static_cast<float>(sum), scale.multiplier);
  return static_cast<int8_t>(Quantized(average, scale.zero_point, scale.lo, scale.hi));
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_POOL_I8_H_
