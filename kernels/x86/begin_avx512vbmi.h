// Begins code for AVX-512 with byte shuffles (VBMI). Ends with kernels/region_end.h. Include the standard headers before it: their functions must
// not be compiled for this processor. Inside: no lambdas, no templates of the standard library, internal linkage for
// all but the variants themselves. No include guard on purpose.
#if defined(__clang__)
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx2,fma,f16c"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx2,fma,f16c")
#include "kernels/region_optimize.h"
#endif
