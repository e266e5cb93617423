// ConstantOfShape: a tensor of the shape that input 0 names, filled with `value` (floating types) or `value_int`.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const ElementType type = static_cast<ElementType>(ctx.attrs<format::ConstantOfShape>()->type());
  if (WideKindOf(type) == WideKind::kNone || ElementBits(type) % 8 != 0) {
    return ctx.Unsupported("element type %s", ElementTypeName(type));
  }
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(0, &sizes));
  if (sizes.count > Shape::kMaxRank) return ctx.Unsupported("rank %d; at most %d", sizes.count, Shape::kMaxRank);
  Shape shape;
  for (const int64_t size : sizes) shape.Append(size);
  return ctx.SetOutput(0, type, shape);
}

Status Eval(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::ConstantOfShape>();
  const TensorSlot& out = ctx.output(0);
  const bool real = WideKindOf(out.type) == WideKind::kReal;
  Wide value;
  if (real) {
    value.f = attrs->value();
  } else {
    value.i = attrs->value_int();
  }
  char element[8];
  Narrow(out.type, &value, real ? WideKind::kReal : WideKind::kSigned, 0, 1, element);
  const int64_t bytes = static_cast<int64_t>(BytesOf(out.type));
  kernels::CopyPlan plan(BytesOf(out.type));
  plan.Append(out.elements(), 0, bytes);
  RunCopy(ctx, plan, element, out.data);
  return {};
}

}  // namespace

const OpDef kConstantOfShape = {format::OpCode::ConstantOfShape, "ConstantOfShape", format::OpAttrs::ConstantOfShape,
                                Prepare, Eval};

}  // namespace linnet::ops
