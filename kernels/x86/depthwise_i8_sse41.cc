#include "kernels/depthwise_i8.h"

#include "kernels/x86/taps_sse41.h"

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"
