// Shape: the input's sizes as int64 [end - start], of dimensions [start, end); both may be negative and are clamped.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

int ClampedDim(int64_t dim, int rank) {
  if (dim < 0) dim += rank;
  return static_cast<int>(dim < 0 ? 0 : dim > rank ? rank : dim);
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const auto* attrs = ctx.attrs<format::ShapeOf>();
  const int rank = ctx.input(0).rank();
  const int count = ClampedDim(attrs->end(), rank) - ClampedDim(attrs->start(), rank);
  return ctx.SetOutput(0, ElementType::kInt64, {count > 0 ? count : 0});
}

Status Eval(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  const int start = ClampedDim(ctx.attrs<format::ShapeOf>()->start(), ctx.input(0).rank());
  for (int i = 0; i < out.shape[0]; ++i) out.as<int64_t>()[i] = ctx.input(0).shape[start + i];
  return {};
}

}  // namespace

const OpDef kShape = {format::OpCode::Shape, "Shape", format::OpAttrs::ShapeOf, Prepare, Eval, kShapeOnly};

}  // namespace linnet::ops
