// From float results to int8 where no instruction saturates on the way: for the dot_<isa>.h that have a StoreBytes. Included inside
// a region and a namespace of an instruction set; no include guard, no includes.

namespace {

// StoreNarrow: zero_point + round_half_even(clamp(x, lo - zero_point, hi - zero_point)), for kVecs * kLanes values.
struct Narrower {
  VecF32 lo, hi;
  VecI32 zero_point;
};
LINNET_INLINE Narrower MakeNarrower(int32_t lo, int32_t hi, int32_t zero_point) {
  return {Set(static_cast<float>(lo - zero_point)), Set(static_cast<float>(hi - zero_point)), SetI32(zero_point)};
}
constexpr bool kNarrowsPairs = false;  // whether there is a StoreNarrowPair, for two rows of two registers
template <int kVecs>
LINNET_INLINE void StoreNarrow(const Narrower& n, const VecF32 (&x)[kVecs], int8_t* p) {
  VecI32 q[kVecs];
  for (int v = 0; v < kVecs; ++v) q[v] = Add(ToI32(MinFast(n.hi, MaxFast(n.lo, x[v]))), n.zero_point);
  StoreBytes(p, q);
}

}  // namespace
