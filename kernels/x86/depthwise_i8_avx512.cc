#include "kernels/depthwise_i8.h"

#include "kernels/x86/taps_avx2.h"

// Registers of 256 bits: a block of weights has 16 channels.
#include "kernels/x86/begin_avx512.h"
namespace linnet::kernels::avx512 {
using namespace avx2;
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::avx512
#include "kernels/region_end.h"
