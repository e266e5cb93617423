#include "kernels/elementwise.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

#define LINNET_DEFINE(name, ulps, slack)                                      \
  LINNET_F32_VARIANTS(name);                                                  \
  void name(size_t n, const float* in, float alpha, float beta, float* out) { \
    LINNET_DISPATCH(name)(n, in, alpha, beta, out);                           \
  }
LINNET_UNARY_F32_LIST(LINNET_DEFINE)
#undef LINNET_DEFINE

}  // namespace linnet::kernels
