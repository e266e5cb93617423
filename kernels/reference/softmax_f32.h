// Plain truth of kernels/softmax_f32.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_SOFTMAX_F32_H_
#define LINNET_KERNELS_REFERENCE_SOFTMAX_F32_H_

#include <cmath>
#include <cstddef>
#include <vector>

namespace linnet::kernels::reference {

// Of n elements, `step` apart; the result is dense.
inline std::vector<double> LogSoftmax(size_t n, const float* in, size_t step) {
  double largest = -HUGE_VAL, sum = 0;
  for (size_t i = 0; i < n; ++i) largest = in[i * step] > largest ? in[i * step] : largest;
  for (size_t i = 0; i < n; ++i) sum += std::exp(in[i * step] - largest);
  std::vector<double> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = in[i * step] - largest - std::log(sum);
  return out;
}

inline std::vector<double> Softmax(size_t n, const float* in, size_t step) {
  std::vector<double> out = LogSoftmax(n, in, step);
  for (double& value : out) value = std::exp(value);
  return out;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_SOFTMAX_F32_H_
