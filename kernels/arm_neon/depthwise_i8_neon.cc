#include "kernels/depthwise_i8.h"

#include "kernels/arm_neon/taps_neon.h"

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"
