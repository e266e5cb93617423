#include "kernels/depthwise_i8.h"

#include "kernels/scalar/taps_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
#include "kernels/depthwise_i8-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"
