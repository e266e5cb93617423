// Begins code for NEON with the int8 dot product. Ends with kernels/region_end.h. Include the standard headers before
// it. Inside: no lambdas, no templates of the standard library, internal linkage for all but the variants themselves.
// No include guard on purpose.
#if defined(__clang__)
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#include "kernels/region_optimize.h"
#endif
