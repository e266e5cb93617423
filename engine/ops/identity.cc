// Identity: out = in, of any type. Shape: out = in. A view wherever the plan allows.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

}  // namespace

const OpDef kIdentity = {format::OpCode::Identity, "Identity", format::OpAttrs::NONE, Prepare, CopyView, kView};

}  // namespace linnet::ops
