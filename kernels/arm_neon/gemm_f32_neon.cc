#include "kernels/gemm_f32.h"
#include "kernels/winograd_f32.h"

#include "kernels/arm_neon/simd_neon.h"

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {
#include "kernels/gemm_f32-inl.h"
#include "kernels/winograd_f32-inl.h"
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"
