// From float to int8 or uint8, for the int8 bodies. Included inside a region and a namespace of an instruction set; no
// include guard, no includes.

// zero_point + round_half_even(clamp(x, lo, hi)). REQUIRES: lo and hi are whole, and with the zero point within the type.
struct Quantizer {
  VecF32 lo, hi;
  VecI32 zero_point;
};
LINNET_INLINE Quantizer MakeQuantizer(int32_t lo, int32_t hi, int32_t zero_point) {
  return {Set(static_cast<float>(lo - zero_point)), Set(static_cast<float>(hi - zero_point)), SetI32(zero_point)};
}
// REQUIRES: x is not NaN.
LINNET_INLINE VecI32 Quantized(const Quantizer& q, VecF32 x) {
  return Add(ToI32(MinFast(q.hi, MaxFast(q.lo, x))), q.zero_point);
}
