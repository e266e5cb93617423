#include "kernels/norm_f32.h"

#include "kernels/x86/simd_sse41.h"

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
#include "kernels/norm_f32-inl.h"
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"
