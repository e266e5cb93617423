// The arithmetic of kernels/requantize.h, step by step. For tests.
#ifndef LINNET_KERNELS_REFERENCE_REQUANTIZE_H_
#define LINNET_KERNELS_REFERENCE_REQUANTIZE_H_

#include <cmath>
#include <cstdint>

#include "kernels/requantize.h"

namespace linnet::kernels::reference {

// float(sum) * multiplier as two roundings to float, computed in double: 24 + 24 bits of a product fit into its 53.
inline int8_t Requantized(int64_t sum, float multiplier, const Requantize& r) {
  const float rounded = static_cast<float>(sum);
  const float scaled = static_cast<float>(static_cast<double>(rounded) * static_cast<double>(multiplier));
  const double lo = r.lo - r.zero_point, hi = r.hi - r.zero_point;
  const double clamped = scaled < lo ? lo : scaled > hi ? hi : scaled;
  double whole = std::floor(clamped);
  const double rest = clamped - whole;
  if (rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0)) whole += 1;
  return static_cast<int8_t>(r.zero_point + static_cast<int>(whole));
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_REQUANTIZE_H_
