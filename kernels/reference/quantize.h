// Plain truth of kernels/quantize.h, and the last step of everything that ends in int8. Double holds each operation on
// floats with enough digits that rounding its result to float is the one rounding of that operation.
#ifndef LINNET_KERNELS_REFERENCE_QUANTIZE_H_
#define LINNET_KERNELS_REFERENCE_QUANTIZE_H_

#include <cmath>
#include <cstdint>

namespace linnet::kernels::reference {

inline float Multiply(float a, float b) { return static_cast<float>(static_cast<double>(a) * static_cast<double>(b)); }
inline float Sum(float a, float b) { return static_cast<float>(static_cast<double>(a) + static_cast<double>(b)); }

// zero_point + round_half_even(clamp(x, lo - zero_point, hi - zero_point)); NaN gives the zero point.
inline int32_t Quantized(float x, int32_t zero_point, int32_t lo, int32_t hi) {
  if (x != x) return zero_point;
  const double least = lo - zero_point, most = hi - zero_point;
  const double clamped = x < least ? least : x > most ? most : static_cast<double>(x);
  return zero_point + static_cast<int32_t>(std::nearbyint(clamped));
}

inline int32_t Quantize(float x, float scale, int32_t zero_point, int32_t lo, int32_t hi) {
  return Quantized(static_cast<float>(static_cast<double>(x) / static_cast<double>(scale)), zero_point, lo, hi);
}

inline float Dequantize(int32_t x, float scale, int32_t zero_point) {
  return Multiply(static_cast<float>(x - zero_point), scale);
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_QUANTIZE_H_
