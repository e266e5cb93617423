#include "kernels/reduce_f32.h"

#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
#include "kernels/reduce_f32-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"
