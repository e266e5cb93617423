// From int32 sums to int8 values:
//
//   q = zero_point + int(round_half_even(clamp(float(sum) * multiplier, lo - zero_point, hi - zero_point)))
//
// float(sum) is rounded to nearest even, the product once more. What is clamped fits an integer before it becomes one,
// and no float is added to another, so every processor gives the same bytes.
#ifndef LINNET_KERNELS_REQUANTIZE_H_
#define LINNET_KERNELS_REQUANTIZE_H_

#include <cstdint>

namespace linnet::kernels {

// REQUIRES: -128 <= lo <= hi <= 127, -128 <= zero_point <= 127; multipliers are finite.
struct Requantize {
  int32_t zero_point = 0;
  int32_t lo = -128, hi = 127;
};

// Sums of k products of int8 values and a bias of at most `bias` (absolute) fit int32.
constexpr bool SumFitsInt32(uint64_t k, uint64_t bias) {
  return k < (uint64_t{1} << 17) && (k << 14) + bias <= uint64_t{INT32_MAX};
}

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_REQUANTIZE_H_
