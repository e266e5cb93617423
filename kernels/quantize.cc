#include "kernels/quantize.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_EXACT_VARIANTS(QuantizeI8);
LINNET_EXACT_VARIANTS(QuantizeU8);
LINNET_EXACT_VARIANTS(DequantizeI8);
LINNET_EXACT_VARIANTS(DequantizeU8);
LINNET_EXACT_VARIANTS(ScaleF32ToI8);

void QuantizeI8(const QuantizedRow<int8_t>& row, const float* in, int8_t* out) {
  LINNET_DISPATCH(QuantizeI8)(row, in, out);
}
void QuantizeU8(const QuantizedRow<uint8_t>& row, const float* in, uint8_t* out) {
  LINNET_DISPATCH(QuantizeU8)(row, in, out);
}
void DequantizeI8(const QuantizedRow<int8_t>& row, const int8_t* in, float* out) {
  LINNET_DISPATCH(DequantizeI8)(row, in, out);
}
void DequantizeU8(const QuantizedRow<uint8_t>& row, const uint8_t* in, float* out) {
  LINNET_DISPATCH(DequantizeU8)(row, in, out);
}
void ScaleF32ToI8(const ScaleToI8& scale, size_t n, const float* in, int8_t* out) {
  LINNET_DISPATCH(ScaleF32ToI8)(scale, n, in, out);
}

}  // namespace linnet::kernels
