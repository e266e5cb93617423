// Plain truth of kernels/elementwise.h, in double.
#ifndef LINNET_KERNELS_REFERENCE_ELEMENTWISE_H_
#define LINNET_KERNELS_REFERENCE_ELEMENTWISE_H_

#include <cmath>

namespace linnet::kernels::reference {

inline double ClampF32(double x, double a, double b) { return x < a ? a : x > b ? b : x; }
inline double AbsF32(double x, double, double) { return std::fabs(x); }
inline double NegF32(double x, double, double) { return -x; }
inline double ReciprocalF32(double x, double, double) { return 1 / x; }
inline double SqrtF32(double x, double, double) { return std::sqrt(x); }
inline double FloorF32(double x, double, double) { return std::floor(x); }
inline double CeilF32(double x, double, double) { return std::ceil(x); }
inline double RoundF32(double x, double, double) { return std::nearbyint(x); }
inline double LeakyReluF32(double x, double a, double) { return x < 0 ? a * x : x; }
inline double ThresholdedReluF32(double x, double a, double) { return x <= a ? 0 : x; }
inline double HardSigmoidF32(double x, double a, double b) { return ClampF32(a * x + b, 0, 1); }
inline double HardSwishF32(double x, double, double) { return x * ClampF32(x / 6 + 0.5, 0, 1); }
inline double SoftsignF32(double x, double, double) { return x / (1 + std::fabs(x)); }
inline double ExpF32(double x, double, double) { return std::exp(x); }
inline double LogF32(double x, double, double) { return std::log(x); }
inline double TanhF32(double x, double, double) { return std::tanh(x); }
inline double SigmoidF32(double x, double, double) { return 1 / (1 + std::exp(-x)); }
inline double ErfF32(double x, double, double) { return std::erf(x); }
inline double EluF32(double x, double a, double) { return x < 0 ? a * std::expm1(x) : x; }
inline double SeluF32(double x, double a, double b) { return b * EluF32(x, a, 0); }
inline double CeluF32(double x, double a, double) { return x < 0 ? a * std::expm1(x / a) : x; }
inline double SoftplusF32(double x, double, double) {
  return x != x ? x : std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}
inline double SiluF32(double x, double, double) { return x / (1 + std::exp(-x)); }
inline double GeluF32(double x, double, double) { return x / 2 * std::erfc(-x * std::sqrt(0.5)); }
inline double GeluTanhF32(double x, double, double) {
  return x / (1 + std::exp(-2 * std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}
inline double MishF32(double x, double, double) { return x * std::tanh(SoftplusF32(x, 0, 0)); }

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_ELEMENTWISE_H_
