// out[i] = f(in[i]) over dense arrays.
#ifndef LINNET_KERNELS_ELEMENTWISE_H_
#define LINNET_KERNELS_ELEMENTWISE_H_

#include <cstddef>

namespace linnet::kernels {

// Every function of the family: X(name, ulps, slack), x = in[i]. Where the true result is a normal number, the error is
// at most `ulps` units in its last place (beyond correct rounding) + (slack 2^-24 + 2^-126) |x|. The list declares,
// dispatches and tests.
#define LINNET_UNARY_F32_LIST(X)                                                                   \
  X(ClampF32, 0, 0)           /* min(max(x, alpha), beta). REQUIRES: alpha <= beta, neither NaN */ \
  X(AbsF32, 0, 0)             /* |x| */                                                            \
  X(NegF32, 0, 0)             /* -x */                                                             \
  X(ReciprocalF32, 1, 0)      /* 1 / x */                                                          \
  X(SqrtF32, 1, 0)            /* sqrt(x) */                                                        \
  X(FloorF32, 0, 0)           /* largest whole number <= x */                                      \
  X(CeilF32, 0, 0)            /* smallest whole number >= x */                                     \
  X(RoundF32, 0, 0)           /* nearest whole number, halves to even */                           \
  X(LeakyReluF32, 1, 0)       /* x >= 0 ? x : alpha x */                                           \
  X(ThresholdedReluF32, 0, 0) /* x > alpha ? x : 0 */                                              \
  X(HardSigmoidF32, 2, 1)     /* min(max(alpha x + beta, 0), 1) */                                 \
  X(HardSwishF32, 2, 1)       /* x min(max(x / 6 + 1/2, 0), 1) */                                  \
  X(SoftsignF32, 2, 0)        /* x / (1 + |x|) */                                                  \
  X(ExpF32, 2, 0)             /* e^x */                                                            \
  X(LogF32, 2, 0)             /* log(x); -inf for 0, NaN below */                                  \
  X(TanhF32, 4, 0)            /* tanh(x) */                                                        \
  X(SigmoidF32, 3, 0)         /* 1 / (1 + e^-x) */                                                 \
  X(ErfF32, 3, 0)             /* erf(x) */                                                         \
  X(EluF32, 4, 0)             /* x >= 0 ? x : alpha (e^x - 1) */                                   \
  X(SeluF32, 4, 0)            /* beta (x >= 0 ? x : alpha (e^x - 1)) */                            \
  X(CeluF32, 4, 1)            /* x >= 0 ? x : alpha (e^(x / alpha) - 1) */                         \
  X(SoftplusF32, 4, 0)        /* log(1 + e^x); below -87.3: 0 */                                   \
  X(SiluF32, 4, 0)            /* x / (1 + e^-x) */                                                 \
  X(GeluF32, 4, 4)            /* x / 2 (1 + erf(x / sqrt(2))) */                                   \
  X(GeluTanhF32, 4, 4)        /* x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */              \
  X(MishF32, 4, 0)            /* x tanh(log(1 + e^x)) */

// NaN -> NaN. `out` may be `in`; no other overlap. Reads and writes exactly n elements, aligned to 4 bytes.
#define LINNET_DECLARE(name, ulps, slack) void name(size_t n, const float* in, float alpha, float beta, float* out);
LINNET_UNARY_F32_LIST(LINNET_DECLARE)
#undef LINNET_DECLARE

using UnaryF32 = void(size_t n, const float* in, float alpha, float beta, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_ELEMENTWISE_H_
