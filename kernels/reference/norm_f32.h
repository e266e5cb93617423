// Plain truth of kernels/norm_f32.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_NORM_F32_H_
#define LINNET_KERNELS_REFERENCE_NORM_F32_H_

#include <cstddef>

namespace linnet::kernels::reference {

struct Moments {
  double mean = 0, variance = 0;
};

inline Moments MomentsRow(size_t n, const float* in) {
  Moments moments;
  for (size_t i = 0; i < n; ++i) moments.mean += in[i] / static_cast<double>(n);
  for (size_t i = 0; i < n; ++i) {
    moments.variance += (in[i] - moments.mean) * (in[i] - moments.mean) / static_cast<double>(n);
  }
  return moments;
}

// Down one column.
inline double SumSquaredDeviations(size_t rows, const float* in, size_t stride, double mean) {
  double sum = 0;
  for (size_t r = 0; r < rows; ++r) sum += (in[r * stride] - mean) * (in[r * stride] - mean);
  return sum;
}

inline double Normalize(double x, double mean, double factor, double scale, double shift) {
  return (x - mean) * factor * scale + shift;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_NORM_F32_H_
