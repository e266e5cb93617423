// Begins code for SSE4.1. Ends with kernels/region_end.h. Include the standard headers before it: their functions must
// not be compiled for this processor. Inside: no lambdas, no templates of the standard library, internal linkage for
// all but the variants themselves. No include guard on purpose.
#if defined(__clang__)
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("ssse3,sse4.1"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC push_options
#pragma GCC target("ssse3,sse4.1")
#define LINNET_RARE_VARIANT 1
#include "kernels/region_optimize.h"
#endif
