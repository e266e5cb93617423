#include "kernels/norm_f32.h"

#include "kernels/x86/simd_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
#include "kernels/norm_f32-inl.h"
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"
