// Between float and int8 or uint8: QuantizeLinear, DequantizeLinear, and sums that become int8.
#ifndef LINNET_KERNELS_QUANTIZE_H_
#define LINNET_KERNELS_QUANTIZE_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// Element i of a row has scale[i] and zero_point[i], or scale[0] and zero_point[0] where `uniform`; zero_point may be
// null: 0.
template <typename T>
struct QuantizedRow {
  size_t n;
  const float* scale;
  const T* zero_point;
  bool uniform;
};

// out[i] = zero_point + round_half_even(clamp(in[i] / scale, least of T - zero_point, largest of T - zero_point)); the
// zero point where the quotient is NaN.
void QuantizeI8(const QuantizedRow<int8_t>& row, const float* in, int8_t* out);
void QuantizeU8(const QuantizedRow<uint8_t>& row, const float* in, uint8_t* out);

// out[i] = float(in[i] - zero_point) * scale.
void DequantizeI8(const QuantizedRow<int8_t>& row, const int8_t* in, float* out);
void DequantizeU8(const QuantizedRow<uint8_t>& row, const uint8_t* in, float* out);

// out[i] = zero_point + round_half_even(clamp(in[i] multiplier, lo - zero_point, hi - zero_point)); the zero point where
// in[i] is NaN. REQUIRES: zero_point, lo and hi are int8, lo <= hi; a finite multiplier > 0.
struct ScaleToI8 {
  float multiplier;
  int32_t zero_point, lo, hi;
};
void ScaleF32ToI8(const ScaleToI8& scale, size_t n, const float* in, int8_t* out);

// No overlap. Reads and writes exactly n elements.

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_QUANTIZE_H_
