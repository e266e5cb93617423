#include "kernels/gemm_f32.h"
#include "kernels/winograd_f32.h"

#include "kernels/x86/tile_sse41.h"
#define LINNET_MULTIPLIES_QUADS

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
#include "kernels/gemm_f32-inl.h"
#include "kernels/winograd_f32-inl.h"
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"
