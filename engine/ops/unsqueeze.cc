// Unsqueeze: inserts sizes of 1 so that they stand at `axes` (attribute, or input 1) of the output.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  const auto* attribute = ctx.attrs<format::Axes>()->axes();
  int count = attribute != nullptr ? static_cast<int>(attribute->size()) : 0;
  if (ctx.has_input(1)) {
    if (ctx.input(1).rank() > 1) return ctx.Invalid("axes must be a list, not %s", ctx.Describe(1));
    count =
        static_cast<int>(ctx.input(1).elements() < Shape::kMaxRank + 1 ? ctx.input(1).elements() : Shape::kMaxRank + 1);
  }
  if (count > Shape::kMaxRank - in.rank()) {
    return ctx.Unsupported("%d axes into %s; the rank may be at most %d", count, ctx.Describe(0), Shape::kMaxRank);
  }
  const int rank = in.rank() + count;
  IntList axes;
  LINNET_RETURN_IF_ERROR(ReadAxes(ctx, 1, attribute, rank, &axes));
  uint32_t inserted = 0;
  for (const int64_t axis : axes) inserted |= 1u << axis;
  Shape shape;
  for (int d = 0, from = 0; d < rank; ++d) shape.Append(inserted & (1u << d) ? 1 : in.shape[from++]);
  return ctx.SetOutput(0, in.type, shape);
}

}  // namespace

const OpDef kUnsqueeze = {format::OpCode::Unsqueeze, "Unsqueeze", format::OpAttrs::Axes, Prepare, CopyView, kView};

}  // namespace linnet::ops
