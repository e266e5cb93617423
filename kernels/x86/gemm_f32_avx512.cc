#include "kernels/gemm_f32.h"
#include "kernels/winograd_f32.h"

#include "kernels/x86/simd_avx512.h"

#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
#include "kernels/gemm_f32-inl.h"
#include "kernels/winograd_f32-inl.h"
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"
