// Squeeze: removes sizes of 1: those of `axes` (attribute, or input 1), or all if there are no axes.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  const auto* attribute = ctx.attrs<format::Axes>()->axes();
  IntList axes;
  LINNET_RETURN_IF_ERROR(ReadAxes(ctx, 1, attribute, in.rank(), &axes));
  const bool all = !ctx.has_input(1) && (attribute == nullptr || attribute->size() == 0);
  uint32_t removed = 0;
  for (const int64_t axis : axes) {
    if (in.shape[axis] != 1) return ctx.Invalid("axis %d of %s is not 1", static_cast<int>(axis), ctx.Describe(0));
    removed |= 1u << axis;
  }
  Shape shape;
  for (int d = 0; d < in.rank(); ++d) {
    if (all ? in.shape[d] != 1 : !(removed & (1u << d))) shape.Append(in.shape[d]);
  }
  return ctx.SetOutput(0, in.type, shape);
}

}  // namespace

const OpDef kSqueeze = {format::OpCode::Squeeze, "Squeeze", format::OpAttrs::Axes, Prepare, CopyView, kView};

}  // namespace linnet::ops
