// y = 1 at the first largest x along the axis, else 0; the first NaN counts as the largest. Floating-point types.
#include "engine/ops/slice_function.h"

namespace linnet::ops {
namespace {

template <typename T>
size_t FirstLargest(size_t n, const T* x, size_t stride) {
  size_t best = 0;
  for (size_t i = 1; i < n && x[best * stride] == x[best * stride]; ++i) {
    const T value = x[i * stride];
    if (value > x[best * stride] || value != value) best = i;
  }
  return best;
}

void Compute(const void*, size_t n, double* slice, double*) {
  const size_t best = FirstLargest(n, slice, 1);
  for (size_t i = 0; i < n; ++i) slice[i] = i == best;
}

void ComputeColumns(size_t n, size_t columns, const float* in, size_t stride, float* out) {
  for (size_t c = 0; c < columns; ++c) {
    const size_t best = FirstLargest(n, in + c, stride);
    for (size_t i = 0; i < n; ++i) out[i * stride + c] = i == best;
  }
}

void ComputeRow(size_t n, const float* in, float* out) { ComputeColumns(n, 1, in, 1, out); }

Status Eval(OpContext& ctx) {
  return EvalSlices(ctx, ctx.attrs<format::Axis>()->axis(), {Compute, nullptr, ComputeRow, ComputeColumns});
}

}  // namespace

const OpDef kHardmax = {format::OpCode::Hardmax, "Hardmax", format::OpAttrs::Axis, PrepareAxisSlices, Eval, kInPlace0};

}  // namespace linnet::ops
