#include "kernels/pool_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_UNFUSED_VARIANTS(MaxPoolF32);
LINNET_UNFUSED_VARIANTS(AveragePoolF32);

void MaxPoolF32(const PoolWindowF32& window, size_t channels, float* out) {
  LINNET_DISPATCH(MaxPoolF32)(window, channels, out);
}

void AveragePoolF32(const PoolWindowF32& window, size_t channels, float divisor, float* out) {
  LINNET_DISPATCH(AveragePoolF32)(window, channels, divisor, out);
}

}  // namespace linnet::kernels
