#include "kernels/quantize.h"

#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
#include "kernels/quantize-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"
