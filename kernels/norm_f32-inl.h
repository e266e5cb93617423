// Body of kernels/norm_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes.

namespace {

#include "kernels/reduce-inl.h"

struct SquaredDeviationOp {
  VecF32 mean;
  LINNET_INLINE VecF32 Initial() { return Zero(); }
  LINNET_INLINE VecF32 Combine(VecF32 a, VecF32 b) { return Add(a, b); }
  VecF32 Accumulate(VecF32 sum, VecF32 x) const __attribute__((always_inline)) {
    const VecF32 deviation = Sub(x, mean);
    return Fma(deviation, deviation, sum);
  }
  LINNET_INLINE float Lanes(VecF32 a) { return SumLanes(a); }
};

LINNET_INLINE MomentsF32 MomentsOf(size_t n, const float* in) {
  const float count = static_cast<float>(n);
  const float mean = ReduceRow(PlainSumOp(), n, in) / count;
  return {mean, ReduceRow(SquaredDeviationOp{Set(mean)}, n, in) / count};
}

LINNET_INLINE void NormalizeRow(size_t n, const float* in, float mean, float factor, const float* scale,
                                const float* shift, float* out) {
  const VecF32 center = Set(mean), stretch = Set(factor);
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t left = n - i < kLanes ? n - i : kLanes;
    const bool all = left == kLanes;
    VecF32 y = Mul(Sub(all ? Load(in + i) : LoadN(in + i, left), center), stretch);
    if (scale != nullptr) y = Mul(y, all ? Load(scale + i) : LoadN(scale + i, left));
    if (shift != nullptr) y = Add(y, all ? Load(shift + i) : LoadN(shift + i, left));
    if (all) {
      Store(out + i, y);
    } else {
      StoreN(out + i, y, left);
    }
  }
}

}  // namespace

MomentsF32 MomentsRowF32(size_t n, const float* in) { return MomentsOf(n, in); }

void SumSquaredDeviationsColumnsF32(size_t rows, size_t n, const float* in, size_t stride, const float* mean,
                                    float* out) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    VecF32 total[1];
    ReduceStrip(SquaredDeviationOp{Load(mean + i)}, rows, in + i, stride, total);
    Store(out + i, total[0]);
  }
  if (i < n) {
    const SquaredDeviationOp op{LoadN(mean + i, n - i)};
    StoreN(out + i, ReduceTailStrip(op, rows, n - i, in + i, stride), n - i);
  }
}

void NormalizeRowF32(size_t n, const float* in, float mean, float factor, const float* scale, const float* shift,
                     float* out) {
  NormalizeRow(n, in, mean, factor, scale, shift, out);
}

void LayerNormRowsF32(size_t rows, size_t n, const float* in, double epsilon, const float* scale, const float* shift,
                      float* out) {
  for (size_t r = 0; r < rows; ++r, in += n, out += n) {
    const MomentsF32 moments = MomentsOf(n, in);
    const double factor = 1 / __builtin_sqrt(static_cast<double>(moments.variance) + epsilon);
    NormalizeRow(n, in, moments.mean, static_cast<float>(factor), scale, shift, out);
  }
}

void ScaleShiftF32(const ScaleShiftF32Args& args) {
  for (size_t r = 0; r < args.rows; ++r) {
    const float* in = args.in + r * args.stride_in;
    float* out = args.out + r * args.stride_out;
    size_t i = 0;
    for (; i + kLanes <= args.n; i += kLanes) {
      Store(out + i, Fma(Load(in + i), Load(args.scale + i), Load(args.shift + i)));
    }
    if (i < args.n) {
      const size_t left = args.n - i;
      StoreN(out + i, Fma(LoadN(in + i, left), LoadN(args.scale + i, left), LoadN(args.shift + i, left)), left);
    }
  }
}
