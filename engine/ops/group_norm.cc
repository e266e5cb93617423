// y = activation((x - mean) / sqrt(variance + epsilon) * scale + bias) per image and group of neighbouring channels.
// x [n, spatial..., c], scale and bias [c], or [groups] as in opset 18. Floating-point types.
#include "engine/ops/group_norm_common.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  return PrepareGroupNorm(ctx, ctx.attrs<format::Norm>()->groups(), /*per_group=*/true);
}

Status Eval(OpContext& ctx) { return EvalGroupNorm(ctx, ctx.attrs<format::Norm>()->groups()); }

}  // namespace

const OpDef kGroupNorm = {format::OpCode::GroupNorm, "GroupNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
