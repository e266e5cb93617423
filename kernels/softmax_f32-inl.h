// Body of kernels/softmax_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

#include "kernels/math-inl.h"
#include "kernels/reduce-inl.h"

struct LargestOp {
  LINNET_INLINE VecF32 Initial() { return Set(-__builtin_huge_valf()); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Max(a, b); }
  LINNET_INLINE VecF32 Accumulate(VecF32 a, VecF32 b) { return Max(a, b); }
  LINNET_INLINE float Lanes(VecF32 a) { return MaxLanes(a); }
};

// The sum of e^(x - largest).
struct ExpSumOp : PlainSumOp {
  VecF32 largest;
  explicit ExpSumOp(VecF32 m) : largest(m) {}
  VecF32 Accumulate(VecF32 sum, VecF32 x) const __attribute__((always_inline)) {
    return Add(sum, ExpNormal(Sub(x, largest)));
  }
};

// x - shift - scale for the logarithm, else x, which is e^(x - shift) already, times scale.
template <bool kLog>
LINNET_INLINE VecF32 NormalizeRow(VecF32 x, VecF32 shift, VecF32 scale) {
  return kLog ? Sub(Sub(x, shift), scale) : Mul(x, scale);
}

template <bool kLog>
LINNET_INLINE void SoftmaxRow(size_t n, const float* in, float* out) {
  if (n == 0) return;
  const VecF32 largest = Set(ReduceRow(LargestOp(), n, in));
  if (!kLog) {  // once and kept: the exponential is most of the work
    for (size_t i = 0; i < n; i += kLanes) {
      const size_t left = n - i;
      if (left >= kLanes) {
        Store(out + i, ExpNormal(Sub(Load(in + i), largest)));
      } else {
        StoreN(out + i, ExpNormal(Sub(LoadN(in + i, left), largest)), left);
      }
    }
    in = out;
  }
  const VecF32 sum = Set(kLog ? ReduceRow(ExpSumOp(largest), n, in) : ReduceRow(PlainSumOp(), n, in));
  const VecF32 scale = kLog ? Log(sum) : Div(Set(1), sum);
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t left = n - i;
    if (left >= kLanes) {
      Store(out + i, NormalizeRow<kLog>(Load(in + i), largest, scale));
    } else {
      StoreN(out + i, NormalizeRow<kLog>(LoadN(in + i, left), largest, scale), left);
    }
  }
}

// out[i] = f(in[i]) for f(x) = e^(x - shift) * scale, or x - shift - scale for the logarithm.
template <bool kLog>
LINNET_INLINE VecF32 Normalize(VecF32 x, VecF32 shift, VecF32 scale) {
  const VecF32 shifted = Sub(x, shift);
  return kLog ? Sub(shifted, scale) : Mul(ExpNormal(shifted), scale);
}

// One vector of columns; n of its lanes are there.
template <bool kLog, bool kAll>
LINNET_INLINE void SoftmaxStrip(size_t rows, size_t n, const float* in, size_t stride, float* out) {
  VecF32 largest[1], sum[1];
  if (kAll) {
    ReduceStrip(LargestOp(), rows, in, stride, largest);
    ReduceStrip(ExpSumOp(largest[0]), rows, in, stride, sum);
  } else {
    largest[0] = ReduceTailStrip(LargestOp(), rows, n, in, stride);
    sum[0] = ReduceTailStrip(ExpSumOp(largest[0]), rows, n, in, stride);
  }
  const VecF32 scale = kLog ? Log(sum[0]) : Div(Set(1), sum[0]);
  for (size_t r = 0; r < rows; ++r) {
    if (kAll) {
      Store(out + r * stride, Normalize<kLog>(Load(in + r * stride), largest[0], scale));
    } else {
      StoreN(out + r * stride, Normalize<kLog>(LoadN(in + r * stride, n), largest[0], scale), n);
    }
  }
}

template <bool kLog>
LINNET_INLINE void SoftmaxColumns(size_t rows, size_t columns, const float* in, size_t stride, float* out) {
  size_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) SoftmaxStrip<kLog, true>(rows, kLanes, in + i, stride, out + i);
  if (i < columns) SoftmaxStrip<kLog, false>(rows, columns - i, in + i, stride, out + i);
}

}  // namespace

void SoftmaxRowF32(size_t n, const float* in, float* out) { SoftmaxRow<false>(n, in, out); }
void LogSoftmaxRowF32(size_t n, const float* in, float* out) { SoftmaxRow<true>(n, in, out); }

void SoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out) {
  SoftmaxColumns<false>(rows, columns, in, stride, out);
}
void LogSoftmaxColumnsF32(size_t rows, size_t columns, const float* in, size_t stride, float* out) {
  SoftmaxColumns<true>(rows, columns, in, stride, out);
}
