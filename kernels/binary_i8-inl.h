// Body of kernels/binary_i8.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes but its own parts.

namespace {

#include "kernels/quantized-inl.h"

struct AddOpI8 {
  Quantizer q;
  VecI32 zero_a, zero_b;
  VecF32 multiplier_a, multiplier_b;
  VecI32 Apply(VecI32 a, VecI32 b) const __attribute__((always_inline)) {
    const VecF32 x = Mul(ToF32(Sub(a, zero_a)), multiplier_a), y = Mul(ToF32(Sub(b, zero_b)), multiplier_b);
    return Quantized(q, Add(x, y));
  }
};

struct MulOpI8 {
  Quantizer q;
  VecI32 zero_a, zero_b;
  VecF32 multiplier;
  VecI32 Apply(VecI32 a, VecI32 b) const __attribute__((always_inline)) {
    const VecF32 product = Mul(ToF32(Sub(a, zero_a)), ToF32(Sub(b, zero_b)));
    return Quantized(q, Mul(product, multiplier));
  }
};

// kScalarB: b is one number for the row, already in every lane of `number`.
template <typename Op, bool kScalarB>
LINNET_INLINE void RowI8(const Op& op, size_t n, const int8_t* a, const int8_t* b, VecI32 number, int8_t* out) {
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    VecI32 y[4];
    for (size_t v = 0; v < 4; ++v) {
      const VecI32 other = kScalarB ? number : LoadI8(b + i + v * kLanes);
      y[v] = op.Apply(LoadI8(a + i + v * kLanes), other);
    }
    Store4I8(out + i, y[0], y[1], y[2], y[3]);
  }
  for (; i < n; i += kLanes) {
    const size_t left = n - i < kLanes ? n - i : kLanes;
    StoreI8N(out + i, op.Apply(LoadI8N(a + i, left), kScalarB ? number : LoadI8N(b + i, left)), left);
  }
}

// Both functions are symmetric: a scalar can be b.
LINNET_INLINE BinaryI8Args ScalarLast(const BinaryI8Args& args) {
  if (!args.scalar_a) return args;
  BinaryI8Args s = args;
  s.a = args.b, s.stride_a = args.stride_b, s.scalar_a = args.scalar_b;
  s.b = args.a, s.stride_b = args.stride_a, s.scalar_b = true;
  s.zero_a = args.zero_b, s.zero_b = args.zero_a;
  s.multiplier_a = args.multiplier_b, s.multiplier_b = args.multiplier_a;
  return s;
}

template <typename Op>
LINNET_INLINE void RowsI8(const Op& op, const BinaryI8Args& s) {
  for (size_t r = 0; r < s.rows && s.n > 0; ++r) {
    const int8_t* a = s.a + r * s.stride_a;
    const int8_t* b = s.b + r * s.stride_b;
    int8_t* out = s.out + r * s.stride_out;
    const VecI32 number = SetI32(b[0]);
    if (s.scalar_a) {  // both: one result for the row
      int8_t result;
      StoreI8N(&result, op.Apply(SetI32(a[0]), number), 1);
      __builtin_memset(out, result, s.n);
    } else if (s.scalar_b) {
      RowI8<Op, true>(op, s.n, a, b, number, out);
    } else {
      RowI8<Op, false>(op, s.n, a, b, number, out);
    }
  }
}

}  // namespace

void AddI8(const BinaryI8Args& args) {
  const BinaryI8Args s = ScalarLast(args);
  RowsI8(AddOpI8{MakeQuantizer(s.lo, s.hi, s.zero_out), SetI32(s.zero_a), SetI32(s.zero_b), Set(s.multiplier_a),
                 Set(s.multiplier_b)},
         s);
}

void MulI8(const BinaryI8Args& args) {
  const BinaryI8Args s = ScalarLast(args);
  RowsI8(MulOpI8{MakeQuantizer(s.lo, s.hi, s.zero_out), SetI32(s.zero_a), SetI32(s.zero_b), Set(args.multiplier_a)},
         s);
}
