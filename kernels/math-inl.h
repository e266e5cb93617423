// Elementary functions over the vector vocabulary, for the bodies that need them (elementwise, softmax, ...). Included
// inside a region and a namespace of an instruction set; no include guard, no includes.
//
// The polynomials are minimax fits, made with weights so that the bound is on the relative error of the result
// (on the absolute error for erfc); their coefficients were rounded to float one by one, lowest first, and the rest
// fitted again. NaN propagates through all of them.

// x = n ln 2 + r with |r| <= ln 2 / 2 (and a little). REQUIRES: |x| < 2^22.
LINNET_INLINE VecF32 ReduceLn2(VecF32 x, VecF32* n) {
  *n = Round(Mul(x, Set(1.44269504f)));
  // ln 2 in two parts, the first with few enough bits that its product with n is exact without a fused multiply-add.
  const VecF32 r = FmaNeg(*n, Set(0.693359375f), x);
  return FmaNeg(*n, Set(-2.12194440e-4f), r);
}

// e^r - 1 for |r| <= 0.35: r + r^2 p(r), relative error 2^-26.
LINNET_INLINE VecF32 Expm1Near0(VecF32 r) {
  VecF32 p = Fma(Set(0x1.6adfc0p-10f), r, Set(0x1.123148p-7f));
  p = Fma(p, r, Set(0x1.555786p-5f));
  p = Fma(p, r, Set(0x1.5554a4p-3f));
  p = Fma(p, r, Set(0x1.fffffep-2f));
  return Fma(Mul(r, r), p, r);
}

// 2^n for whole n in [-126, 127].
LINNET_INLINE VecF32 PowerOf2(VecI32 n) { return BitsToF32(ShiftLeft<23>(Add(n, SetI32(127)))); }

// e^x, all x. Two factors reach subnormal results and infinity. 2 ulp.
LINNET_INLINE VecF32 Exp(VecF32 x) {
  VecF32 n;
  const VecF32 r = ReduceLn2(MinFast(Set(89), MaxFast(Set(-104), x)), &n);
  const VecI32 whole = ToI32(n), half = ShiftRightSigned<1>(whole);
  return Mul(Mul(Add(Set(1), Expm1Near0(r)), PowerOf2(half)), PowerOf2(Sub(whole, half)));
}

// e^x for x <= 88. Where that is smaller than a normal number: 0. 2 ulp.
LINNET_INLINE VecF32 ExpNormal(VecF32 x) {
  VecF32 n;
  const VecF32 r = ReduceLn2(MaxFast(Set(-88), x), &n);
  const VecF32 e = Mul(Add(Set(1), Expm1Near0(r)), PowerOf2(ToI32(n)));
  return Select(Lt(x, Set(-87.33654f)), Zero(), e);
}

// e^x - 1 for x <= 88. 4 ulp.
LINNET_INLINE VecF32 Expm1(VecF32 x) {
  VecF32 n;
  const VecF32 r = ReduceLn2(MaxFast(Set(-20), x), &n);
  const VecF32 scale = PowerOf2(ToI32(n));
  // 2^n (e^r - 1) + (2^n - 1); n = 0 keeps the precision of small x.
  return Fma(scale, Expm1Near0(r), Sub(scale, Set(1)));
}

// log(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1], plus n ln 2: f - f^2/2 + f^3 p(f), relative error 2^-27.
LINNET_INLINE VecF32 Log1pNear0(VecF32 f, VecF32 n) {
  VecF32 p = Fma(Set(-0x1.38ec40p-4f), f, Set(0x1.05816ep-3f));
  p = Fma(p, f, Set(-0x1.0d8a8ep-3f));
  p = Fma(p, f, Set(0x1.22d510p-3f));
  p = Fma(p, f, Set(-0x1.547186p-3f));
  p = Fma(p, f, Set(0x1.99a036p-3f));
  p = Fma(p, f, Set(-0x1.000228p-2f));
  p = Fma(p, f, Set(0x1.555554p-2f));
  const VecF32 square = Mul(f, f);
  VecF32 y = Fma(n, Set(-2.12194440e-4f), Mul(Mul(square, f), p));
  y = Add(f, FmaNeg(Set(0.5f), square, y));
  return Fma(n, Set(0.693359375f), y);
}

// log(x): -inf for 0, NaN below 0. 2 ulp.
LINNET_INLINE VecF32 Log(VecF32 x) {
  const Mask tiny = Lt(x, Set(0x1p-126f));
  const VecI32 bits = BitsToI32(Select(tiny, Mul(x, Set(0x1p23f)), x));
  const VecI32 n = ShiftRightSigned<23>(Sub(bits, SetI32(0x3F3504F3)));  // bits of sqrt(1/2)
  const VecF32 m = BitsToF32(Sub(bits, ShiftLeft<23>(n)));
  const VecF32 y = Log1pNear0(Sub(m, Set(1)), Sub(ToF32(n), Select(tiny, Set(23), Zero())));
  const VecF32 infinity = Set(__builtin_huge_valf());
  // x / 0 is infinity or NaN of the right kind; NaN stays NaN.
  const VecF32 special = Select(Eq(x, Zero()), Neg(infinity), Select(Lt(x, Zero()), Sub(infinity, infinity), x));
  return Select(MaskAnd(Lt(Zero(), x), Lt(x, infinity)), y, special);
}

// log(1 + u) for u in [0, 1]. 2 ulp.
LINNET_INLINE VecF32 Log1p01(VecF32 u) {
  // (1 + u) / 2 - 1 without rounding what matters, where 1 + u is above sqrt(2).
  const Mask large = Lt(Set(0.41421354f), u);
  const VecF32 f = Select(large, Mul(Sub(u, Set(1)), Set(0.5f)), u);
  return Log1pNear0(f, Select(large, Set(1), Zero()));
}

// tanh(x) = t / (t + 2) with t = e^(2|x|) - 1. 4 ulp.
LINNET_INLINE VecF32 Tanh(VecF32 x) {
  const VecF32 t = Expm1(MinFast(Set(20), Mul(Set(2), Abs(x))));
  return CopySign(Div(t, Add(t, Set(2))), x);
}

// 1 / (1 + e^-x). 3 ulp.
LINNET_INLINE VecF32 Sigmoid(VecF32 x) {
  const VecF32 e = ExpNormal(Neg(Abs(x)));
  return Div(Select(Lt(x, Zero()), e, Set(1)), Add(Set(1), e));
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). 3 ulp; below -87.3: 0.
LINNET_INLINE VecF32 Softplus(VecF32 x) { return Add(MaxFast(Zero(), x), Log1p01(ExpNormal(Neg(Abs(x))))); }

// erf(t) / t - 1 for t in [0, 1], square = t^2. Relative error of erf 2^-29.
LINNET_INLINE VecF32 ErfNear0(VecF32 square) {
  VecF32 p = Fma(Set(0x1.4771eap-14f), square, Set(-0x1.a3515cp-11f));
  p = Fma(p, square, Set(0x1.53f224p-8f));
  p = Fma(p, square, Set(-0x1.b7f71ap-6f));
  p = Fma(p, square, Set(0x1.ce2ce6p-4f));
  p = Fma(p, square, Set(-0x1.81273ep-2f));
  return Fma(p, square, Set(0x1.06eba8p-3f));
}

// erfc(t) = 1 - erf(t) for t >= 1, absolute error 2^-27: e^-q(t). Above 3.95, where it is below 2^-25: 0.
LINNET_INLINE VecF32 ErfcFar(VecF32 t) {
  VecF32 q = Fma(Set(-0x1.852b3ep-13f), t, Set(0x1.814bccp-9f));
  q = Fma(q, t, Set(-0x1.6541bap-6f));
  q = Fma(q, t, Set(0x1.a60a58p-4f));
  q = Fma(q, t, Set(0x1.46c58ap-1f));
  q = Fma(q, t, Set(0x1.2085b0p+0f));
  q = Fma(q, t, Set(0x1.72f174p-12f));
  return Select(Lt(Set(3.95f), t), Zero(), ExpNormal(Neg(q)));
}

// erf(x). 3 ulp.
LINNET_INLINE VecF32 Erf(VecF32 x) {
  const VecF32 t = Abs(x);
  const VecF32 near = Fma(t, ErfNear0(Mul(t, t)), t);
  const VecF32 far = Sub(Set(1), ErfcFar(MinFast(Set(4), t)));
  return CopySign(Select(Lt(Set(1), t), far, near), x);
}

// Twice the normal distribution function at x: 1 + erf(x / sqrt(2)) = 1 + s P(s^2) / Q(s^2). Absolute error 2^-22.
LINNET_INLINE VecF32 TwicePhi(VecF32 x) {
  const VecF32 s = MinFast(Set(3.92f), MaxFast(Set(-3.92f), Mul(x, Set(0.70710678f)))), z = Mul(s, s);
  VecF32 p = Fma(Set(0x1.111796p-19f), z, Set(0x1.2d71e0p-12f));
  VecF32 q = Fma(Set(0x1.3f5b4ap-15f), z, Set(0x1.377686p-10f));
  p = Fma(p, z, Set(0x1.fb0aeap-9f));
  q = Fma(q, z, Set(0x1.f12c22p-7f));
  p = Fma(p, z, Set(0x1.b2ac86p-5f));
  q = Fma(q, z, Set(0x1.d7640ap-4f));
  p = Fma(p, z, Set(0x1.8ac938p-3f));
  q = Fma(q, z, Set(0x1.022220p-1f));
  p = Fma(p, z, Set(0x1.20dd72p+0f));
  q = Fma(q, z, Set(1));
  const VecF32 sum = MaxFast(Zero(), Fma(s, Div(p, q), Set(1)));
  return Select(Lt(x, Set(-5.544f)), Zero(), sum);
}
