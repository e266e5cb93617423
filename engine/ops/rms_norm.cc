// y = activation(x / sqrt(mean of x^2 + epsilon) * scale) over the dimensions from the axis on. Inputs x, scale.
// Floating-point types.
#include <cmath>

#include "engine/ops/norm_common.h"
#include "kernels/reduce_f32.h"

namespace linnet::ops {
namespace {

RowMoments MomentsF32(size_t n, const float* row, double epsilon) {
  const double squares = static_cast<double>(kernels::SumSquaresRowF32(n, row));
  return {0, 1 / std::sqrt(squares / static_cast<double>(n) + epsilon)};
}

RowMoments MomentsWide(const TensorSlot& x, int64_t first, int64_t n, double epsilon) {
  double squares = 0;
  ForEachValue(x, first, n, [&](double value) { squares += value * value; });
  return {0, 1 / std::sqrt(squares / static_cast<double>(n) + epsilon)};
}

Status Prepare(OpContext& ctx) { return PrepareRowNorm(ctx, /*max_inputs=*/2, /*max_outputs=*/1); }
Status Eval(OpContext& ctx) { return EvalRowNorm(ctx, {MomentsF32, MomentsWide}); }

}  // namespace

const OpDef kRmsNorm = {format::OpCode::RmsNorm, "RmsNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
