// Body of kernels/elementwise.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

#include "kernels/math-inl.h"

LINNET_INLINE VecF32 Clamp(VecF32 x, VecF32 lo, VecF32 hi) { return MinFast(hi, MaxFast(lo, x)); }
// `positive` for x >= 0 and NaN, else `negative`.
LINNET_INLINE VecF32 IfNegative(VecF32 x, VecF32 negative, VecF32 positive) {
  return Select(Lt(x, Zero()), negative, positive);
}

LINNET_INLINE VecF32 Gelu(VecF32 x) { return Mul(Mul(Set(0.5f), x), TwicePhi(x)); }

// x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): the same function, without the loss of 1 + tanh below 0.
LINNET_INLINE VecF32 GeluTanh(VecF32 x) {
  const VecF32 inner = Fma(Mul(Mul(x, x), Set(0.044715f)), x, x);
  return Mul(x, Sigmoid(Mul(Set(1.59576912f), inner)));
}

// tanh(log(1 + e)) = (e^2 + 2 e) / (e^2 + 2 e + 2), which is 1 in fp32 from e^20 on.
LINNET_INLINE VecF32 Mish(VecF32 x) {
  const VecF32 e = ExpNormal(MinFast(Set(20), x));
  const VecF32 t = Mul(e, Add(e, Set(2)));
  return Mul(x, Div(t, Add(t, Set(2))));
}

}  // namespace

// One copy of the expression in x, a = alpha and b = beta serves full vectors and the tail: code is counted in bytes.
#define LINNET_MAP(name, expression)                                          \
  void name(size_t n, const float* in, float alpha, float beta, float* out) { \
    const VecF32 a = Set(alpha), b = Set(beta);                               \
    (void)a, (void)b;                                                         \
    for (size_t i = 0; i < n; i += kLanes) {                                  \
      const size_t left = n - i;                                              \
      const VecF32 x = left >= kLanes ? Load(in + i) : LoadN(in + i, left);   \
      const VecF32 y = expression;                                            \
      if (left >= kLanes) {                                                   \
        Store(out + i, y);                                                    \
      } else {                                                                \
        StoreN(out + i, y, left);                                             \
      }                                                                       \
    }                                                                         \
  }

LINNET_MAP(ClampF32, Clamp(x, a, b))
LINNET_MAP(AbsF32, Abs(x))
LINNET_MAP(NegF32, Neg(x))
LINNET_MAP(ReciprocalF32, Div(Set(1), x))
LINNET_MAP(SqrtF32, Sqrt(x))
LINNET_MAP(FloorF32, Floor(x))
LINNET_MAP(CeilF32, Ceil(x))
LINNET_MAP(RoundF32, Round(x))
LINNET_MAP(LeakyReluF32, IfNegative(x, Mul(a, x), x))
LINNET_MAP(ThresholdedReluF32, Select(Le(x, a), Zero(), x))
LINNET_MAP(HardSigmoidF32, Clamp(Fma(a, x, b), Zero(), Set(1)))
LINNET_MAP(HardSwishF32, Mul(x, Clamp(Fma(x, Set(1.0f / 6), Set(0.5f)), Zero(), Set(1))))
LINNET_MAP(SoftsignF32, Div(x, Add(Set(1), Abs(x))))
LINNET_MAP(ExpF32, Exp(x))
LINNET_MAP(LogF32, Log(x))
LINNET_MAP(TanhF32, Tanh(x))
LINNET_MAP(SigmoidF32, Sigmoid(x))
LINNET_MAP(ErfF32, Erf(x))
LINNET_MAP(EluF32, IfNegative(x, Mul(a, Expm1(MinFast(Zero(), x))), x))
LINNET_MAP(SeluF32, Mul(b, IfNegative(x, Mul(a, Expm1(MinFast(Zero(), x))), x)))
LINNET_MAP(CeluF32, IfNegative(x, Mul(a, Expm1(MinFast(Zero(), Div(x, a)))), x))
LINNET_MAP(SoftplusF32, Softplus(x))
LINNET_MAP(SiluF32, Mul(x, Sigmoid(x)))
LINNET_MAP(GeluF32, Gelu(x))
LINNET_MAP(GeluTanhF32, GeluTanh(x))
LINNET_MAP(MishF32, Mish(x))

#undef LINNET_MAP
