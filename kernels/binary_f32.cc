#include "kernels/binary_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

#define LINNET_DEFINE(name)  \
  LINNET_UNFUSED_VARIANTS(name); \
  void name(const BinaryF32Args& args) { LINNET_DISPATCH(name)(args); }
LINNET_BINARY_F32_LIST(LINNET_DEFINE)
#undef LINNET_DEFINE

}  // namespace linnet::kernels
