#include "kernels/gemm_i8.h"

#include "kernels/arm_neon/dot_neon_i8mm.h"

#include "kernels/arm_neon/begin_neon_i8mm.h"
namespace linnet::kernels::neon_i8mm {
#include "kernels/gemm_i8-inl.h"
}  // namespace linnet::kernels::neon_i8mm
#include "kernels/region_end.h"
