#include "kernels/isa.h"
#include "linnet/linnet.h"

namespace linnet {

Result<const char*> ActiveIsa() {
  LINNET_RETURN_IF_ERROR(kernels::CheckIsa());
  return kernels::IsaName(kernels::CurrentIsa());
}

}  // namespace linnet
