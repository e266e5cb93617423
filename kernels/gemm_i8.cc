#include "kernels/gemm_i8.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_DOT_VARIANTS(PlanGemmI8);

GemmPlanI8 PlanGemmI8(const GemmI8& gemm, int threads, size_t products) {
  return LINNET_DISPATCH(PlanGemmI8)(gemm, threads, products);
}

}  // namespace linnet::kernels
