#include "kernels/depthwise_i8.h"

#include "kernels/x86/narrow_avx2.h"

#include "kernels/x86/begin_avx_vnni.h"
namespace linnet::kernels::avx_vnni {
using namespace avx2;
namespace {

constexpr int kTile = 2;  // of 16 registers
constexpr int kLargestStream = 0;

}  // namespace
#define LINNET_DPBUSD _mm256_dpbusd_avx_epi32
#include "kernels/x86/taps_vnni-inl.h"
#undef LINNET_DPBUSD
#include "kernels/one_row-inl.h"
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::avx_vnni
#include "kernels/region_end.h"
