// y = activation((x - mean) / sqrt(variance + epsilon) * scale + bias) per image and channel. x [n, spatial..., c],
// scale [c], bias [c]. Floating-point types.
#include "engine/ops/group_norm_common.h"

namespace linnet::ops {
namespace {

int64_t Channels(OpContext& ctx) { return ctx.input(0).rank() > 0 ? ctx.input(0).shape.back() : 0; }

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  return PrepareGroupNorm(ctx, Channels(ctx), /*per_group=*/false);
}

Status Eval(OpContext& ctx) { return EvalGroupNorm(ctx, Channels(ctx)); }

}  // namespace

const OpDef kInstanceNorm = {
    format::OpCode::InstanceNorm, "InstanceNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
