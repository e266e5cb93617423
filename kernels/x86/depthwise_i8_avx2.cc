#include "kernels/depthwise_i8.h"

#include "kernels/x86/taps_avx2.h"

#include "kernels/x86/begin_avx2.h"
namespace linnet::kernels::avx2 {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::avx2
#include "kernels/region_end.h"
