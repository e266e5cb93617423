#include "kernels/gemm_i8.h"

#include "kernels/dot_tile.h"
#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx_vnni.h"
namespace linnet::kernels::avx_vnni {
using namespace avx2;
#include "kernels/row_pointers-inl.h"
#define LINNET_DPBUSD _mm256_dpbusd_avx_epi32
#include "kernels/x86/dot_avx_vnni-inl.h"
#undef LINNET_DPBUSD
#include "kernels/gemm_i8-inl.h"
}  // namespace linnet::kernels::avx_vnni
#include "kernels/region_end.h"
