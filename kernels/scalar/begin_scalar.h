// Begins code for the scalar variants: no instruction set beyond the target's, but the optimisation that kernels need.
// Ends with kernels/region_end.h. Include the standard headers before it. No include guard on purpose.
#if defined(__clang__)
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((annotate("kernel"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC push_options
#define LINNET_RARE_VARIANT 1
#include "kernels/region_optimize.h"
#endif
