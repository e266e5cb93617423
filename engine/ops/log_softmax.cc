// y = x - log(sum of e^x along the axis). Floating-point types.
#include <cmath>

#include "engine/ops/slice_function.h"
#include "kernels/softmax_f32.h"

namespace linnet::ops {
namespace {

void Compute(const void*, size_t n, double* slice, double*) {
  double largest = -HUGE_VAL, sum = 0;
  for (size_t i = 0; i < n; ++i) largest = slice[i] != slice[i] || slice[i] > largest ? slice[i] : largest;
  for (size_t i = 0; i < n; ++i) sum += std::exp(slice[i] - largest);
  for (size_t i = 0; i < n; ++i) slice[i] -= largest + std::log(sum);
}

Status Eval(OpContext& ctx) {
  return EvalSlices(ctx, ctx.attrs<format::Axis>()->axis(),
                    {Compute, nullptr, kernels::LogSoftmaxRowF32, kernels::LogSoftmaxColumnsF32});
}

}  // namespace

const OpDef kLogSoftmax = {format::OpCode::LogSoftmax, "LogSoftmax", format::OpAttrs::Axis,
                           PrepareAxisSlices,          Eval,         kInPlace0};

}  // namespace linnet::ops
