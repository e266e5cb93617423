// Flatten: in [d0, ..., dn] -> out [d0 * ... * d(axis-1), d(axis) * ... * dn].
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const TensorSlot& in = ctx.input(0);
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), in.rank(), &axis, /*end_allowed=*/true));
  return ctx.SetOutput(0, in.type, {in.shape.Product(0, axis), in.shape.Product(axis, in.rank())});
}

}  // namespace

const OpDef kFlatten = {format::OpCode::Flatten, "Flatten", format::OpAttrs::Axis, Prepare, CopyView, kView};

}  // namespace linnet::ops
