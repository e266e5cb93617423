#include "kernels/gemm_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(PlanGemmF32);

GemmPlanF32 PlanGemmF32(const GemmF32& gemm, int threads, size_t products) {
  return LINNET_DISPATCH(PlanGemmF32)(gemm, threads, products);
}

}  // namespace linnet::kernels
