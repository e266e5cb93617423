#include "kernels/depthwise_i8.h"

#include "kernels/x86/taps_avx512vnni.h"

#include "kernels/x86/begin_avx512vnni.h"
namespace linnet::kernels::avx512vnni {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::avx512vnni
#include "kernels/region_end.h"
