// y = x / (sum of |x|^p along the axis)^(1/p), p 1 or 2; 0 where the sum is 0. Floating-point types.
#include <cmath>

#include "engine/ops/slice_function.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Norm>();
  if (attrs->p() != 1 && attrs->p() != 2) return ctx.Invalid("p is %d, expected 1 or 2", attrs->p());
  return PrepareSlices(ctx, attrs->axis());
}

void Compute(const void* params, size_t n, double* slice, double*) {
  const int p = *static_cast<const int*>(params);
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += p == 1 ? std::fabs(slice[i]) : slice[i] * slice[i];
  const double norm = p == 1 ? sum : std::sqrt(sum);
  for (size_t i = 0; i < n; ++i) slice[i] = norm == 0 ? 0 : slice[i] / norm;
}

Status Eval(OpContext& ctx) {
  const int p = ctx.attrs<format::Norm>()->p();
  return EvalSlices(ctx, ctx.attrs<format::Norm>()->axis(), {Compute, &p});
}

}  // namespace

const OpDef kLpNorm = {format::OpCode::LpNorm, "LpNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
