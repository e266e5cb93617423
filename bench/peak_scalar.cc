#include <cstddef>

#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
#include "bench/peak-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"
