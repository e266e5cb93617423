// y = e^x / (sum of e^x along the axis). Floating-point types.
#include <cmath>

#include "engine/ops/slice_function.h"
#include "kernels/softmax_f32.h"

namespace linnet::ops {
namespace {

void Compute(const void*, size_t n, double* slice, double*) {
  double largest = -HUGE_VAL, sum = 0;
  for (size_t i = 0; i < n; ++i) largest = slice[i] != slice[i] || slice[i] > largest ? slice[i] : largest;
  for (size_t i = 0; i < n; ++i) sum += slice[i] = std::exp(slice[i] - largest);
  for (size_t i = 0; i < n; ++i) slice[i] /= sum;
}

Status Eval(OpContext& ctx) {
  return EvalSlices(ctx, ctx.attrs<format::Axis>()->axis(),
                    {Compute, nullptr, kernels::SoftmaxRowF32, kernels::SoftmaxColumnsF32});
}

}  // namespace

const OpDef kSoftmax = {format::OpCode::Softmax, "Softmax", format::OpAttrs::Axis, PrepareAxisSlices, Eval, kInPlace0};

}  // namespace linnet::ops
