#include "kernels/arm_neon/begin_neon.h"
#include "kernels/arm_neon/simd_neon.h"
#include "kernels/binary_f32.h"
namespace linnet::kernels::neon {
#include "kernels/binary_f32-inl.h"
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"
