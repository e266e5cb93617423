#include "kernels/pool_i8.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_EXACT_VARIANTS(MaxPoolI8);
LINNET_EXACT_VARIANTS(MaxPoolU8);
LINNET_EXACT_VARIANTS(MaxPoolRowI8);
LINNET_EXACT_VARIANTS(MaxPoolRowU8);
LINNET_EXACT_VARIANTS(AveragePoolI8);
LINNET_EXACT_VARIANTS(SumRowI8);
LINNET_EXACT_VARIANTS(ClampI8);
LINNET_EXACT_VARIANTS(ClampU8);

void MaxPoolI8(const PoolWindow<int8_t>& window, size_t channels, int8_t* out) {
  LINNET_DISPATCH(MaxPoolI8)(window, channels, out);
}
void MaxPoolU8(const PoolWindow<uint8_t>& window, size_t channels, uint8_t* out) {
  LINNET_DISPATCH(MaxPoolU8)(window, channels, out);
}
void MaxPoolRowI8(const PoolRow<int8_t>& row, size_t channels) { LINNET_DISPATCH(MaxPoolRowI8)(row, channels); }
void MaxPoolRowU8(const PoolRow<uint8_t>& row, size_t channels) { LINNET_DISPATCH(MaxPoolRowU8)(row, channels); }
void AveragePoolI8(const PoolWindow<int8_t>& window, size_t channels, int32_t zero_in, const ScaleToI8& scale,
                   int8_t* out) {
  LINNET_DISPATCH(AveragePoolI8)(window, channels, zero_in, scale, out);
}
SumsI8 SumRowI8(size_t n, const int8_t* in) { return LINNET_DISPATCH(SumRowI8)(n, in); }
void ClampI8(size_t n, const int8_t* in, int8_t lo, int8_t hi, int8_t* out) {
  LINNET_DISPATCH(ClampI8)(n, in, lo, hi, out);
}
void ClampU8(size_t n, const uint8_t* in, uint8_t lo, uint8_t hi, uint8_t* out) {
  LINNET_DISPATCH(ClampU8)(n, in, lo, hi, out);
}

}  // namespace linnet::kernels
