// Plain truth of kernels/reduce_f32.h, in double: what one element does to the result so far.
#ifndef LINNET_KERNELS_REFERENCE_REDUCE_F32_H_
#define LINNET_KERNELS_REFERENCE_REDUCE_F32_H_

#include <cmath>

namespace linnet::kernels::reference {

struct Reduction {
  double initial;
  double (*step)(double so_far, double x);
};

inline double Larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

inline const Reduction kSum = {0, [](double a, double x) { return a + x; }};
inline const Reduction kSumSquares = {0, [](double a, double x) { return a + x * x; }};
inline const Reduction kSumAbs = {0, [](double a, double x) { return a + std::fabs(x); }};
inline const Reduction kProd = {1, [](double a, double x) { return a * x; }};
inline const Reduction kMax = {-HUGE_VAL, Larger};
inline const Reduction kMin = {HUGE_VAL, [](double a, double x) { return -Larger(-a, -x); }};

// Over n elements, `step` apart.
inline double Reduce(const Reduction& reduction, size_t n, const float* in, size_t step) {
  double result = reduction.initial;
  for (size_t i = 0; i < n; ++i) result = reduction.step(result, in[i * step]);
  return result;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_REDUCE_F32_H_
