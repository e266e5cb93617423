#include "kernels/norm_i8.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_EXACT_VARIANTS(NormalizeRowI8);

void NormalizeRowI8(const NormalizeI8& norm, size_t n, const int8_t* in, int8_t* out) {
  LINNET_DISPATCH(NormalizeRowI8)(norm, n, in, out);
}

}  // namespace linnet::kernels
