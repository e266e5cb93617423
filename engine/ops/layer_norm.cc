// y = activation((x - mean) / sqrt(variance + epsilon) * scale + bias) over the dimensions from the axis on. Inputs x,
// scale, bias?; outputs y, mean?, 1 / sqrt(variance + epsilon)?, the latter two in fp32. Floating-point types.
#include <cmath>

#include "engine/ops/norm_common.h"
#include "kernels/norm_f32.h"

namespace linnet::ops {
namespace {

RowMoments MomentsF32(size_t n, const float* row, double epsilon) {
  const kernels::MomentsF32 moments = kernels::MomentsRowF32(n, row);
  return {static_cast<double>(moments.mean), 1 / std::sqrt(static_cast<double>(moments.variance) + epsilon)};
}

RowMoments MomentsWide(const TensorSlot& x, int64_t first, int64_t n, double epsilon) {
  double sum = 0, squares = 0;
  ForEachValue(x, first, n, [&](double value) { sum += value; });
  const double mean = sum / static_cast<double>(n);
  ForEachValue(x, first, n, [&](double value) { squares += (value - mean) * (value - mean); });
  return {mean, 1 / std::sqrt(squares / static_cast<double>(n) + epsilon)};
}

Status Prepare(OpContext& ctx) { return PrepareRowNorm(ctx, /*max_inputs=*/3, /*max_outputs=*/3); }
Status Eval(OpContext& ctx) { return EvalRowNorm(ctx, {MomentsF32, MomentsWide, kernels::LayerNormRowsF32}); }

}  // namespace

const OpDef kLayerNorm = {format::OpCode::LayerNorm, "LayerNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
