#include "kernels/depthwise_i8.h"

#include "kernels/x86/narrow_avx2.h"

// Registers of 256 bits: channels are often no multiple of 64.
#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx512vnni {
using namespace avx2;
namespace {

constexpr int kTile = 4;
constexpr bool kStreams = true;

}  // namespace
#define LINNET_DPBUSD _mm256_dpbusd_epi32
#include "kernels/x86/taps_vnni-inl.h"
#undef LINNET_DPBUSD
namespace {

LINNET_INLINE __mmask32 FirstChannels(size_t n) { return static_cast<__mmask32>((uint64_t{1} << n) - 1); }
LINNET_INLINE Wide LoadWideN(const int8_t* p, size_t n) {
  return _mm256_xor_si256(_mm256_maskz_loadu_epi8(FirstChannels(n), p), _mm256_set1_epi8(-128));
}
LINNET_INLINE void StoreStepN(const Narrower& narrower, const VecF32 (&x)[4], size_t n, int8_t* p) {
  _mm256_mask_storeu_epi8(p, FirstChannels(n), StepBytes(narrower, x));
}

}  // namespace
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::avx512vnni
#include "kernels/region_end.h"
