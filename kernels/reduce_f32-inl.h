// Body of kernels/reduce_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

#include "kernels/reduce-inl.h"

struct SumOp {
  LINNET_INLINE VecF32 Initial() { return Zero(); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Add(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 sum, VecF32 x) { return Add(sum, x); }
  LINNET_INLINE float Lanes(VecF32 a) { return SumLanes(a); }
};
struct SumSquaresOp : SumOp {
  LINNET_INLINE VecF32 Accumulate(VecF32 sum, VecF32 x) { return Fma(x, x, sum); }
};
struct SumAbsOp : SumOp {
  LINNET_INLINE VecF32 Accumulate(VecF32 sum, VecF32 x) { return Add(sum, Abs(x)); }
};
struct ProdOp {
  LINNET_INLINE VecF32 Initial() { return Set(1); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Mul(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 product, VecF32 x) { return Mul(product, x); }
  LINNET_INLINE float Lanes(VecF32 a) {
    float lanes[kLanes], product = 1;
    Store(lanes, a);
    for (size_t i = 0; i < kLanes; ++i) product *= lanes[i];
    return product;
  }
};
struct MaxOp {
  LINNET_INLINE VecF32 Initial() { return Set(-__builtin_huge_valf()); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Max(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 a, VecF32 b) { return Max(a, b); }
  LINNET_INLINE float Lanes(VecF32 a) { return MaxLanes(a); }
};
struct MinOp {
  LINNET_INLINE VecF32 Initial() { return Set(__builtin_huge_valf()); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Min(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 a, VecF32 b) { return Min(a, b); }
  LINNET_INLINE float Lanes(VecF32 a) { return MinLanes(a); }
};

}  // namespace

#define LINNET_REDUCE(name)                                                                  \
  float name##RowF32(size_t n, const float* in) { return ReduceRow(name##Op(), n, in); }     \
  void name##ColumnsF32(size_t rows, size_t n, const float* in, size_t stride, float* out) { \
    ReduceColumns(name##Op(), rows, n, in, stride, out);                                     \
  }
LINNET_REDUCE_F32_LIST(LINNET_REDUCE)
#undef LINNET_REDUCE
