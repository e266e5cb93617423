#include "kernels/depthwise_i8.h"

#include "kernels/arm_neon/taps_neon_dotprod.h"

#include "kernels/arm_neon/begin_neon_dotprod.h"
namespace linnet::kernels::neon_dotprod {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::neon_dotprod
#include "kernels/region_end.h"
