// Concat: the inputs one after the other along `axis`; all other sizes are equal. Parts that the plan has put into
// their place already are not copied.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, INT32_MAX, 1, 1));
  const TensorSlot& first = ctx.input(0);
  size_t element = 0;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), first.rank(), &axis));
  Shape shape = first.shape;
  for (int i = 1; i < ctx.input_count(); ++i) {
    if (!ctx.has_input(i)) return ctx.Invalid("input %d is left out", i);
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    const TensorSlot& in = ctx.input(i);
    bool fits = in.rank() == shape.rank();
    for (int d = 0; fits && d < shape.rank(); ++d) fits = d == axis || in.shape[d] == shape[d];
    if (!fits) {
      return ctx.Invalid("input %d, %s, does not fit %s along axis %d", i, ctx.Describe(i), ctx.Describe(0, 1), axis);
    }
    if (__builtin_add_overflow(shape[axis], in.shape[axis], &shape[axis])) return ctx.Invalid("the sizes overflow");
  }
  return ctx.SetOutput(0, first.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), out.rank(), &axis));
  const ByteStrides to(out);
  char* place = out.as<char>();
  for (int i = 0; i < ctx.input_count(); ++i) {
    const TensorSlot& in = ctx.input(i);
    if (in.elements() == 0) continue;
    if (in.data != place) {
      const ByteStrides from(in);
      kernels::CopyPlan plan(BytesOf(in.type));
      for (int d = 0; d < in.rank(); ++d) plan.Append(in.shape[d], from[d], to[d]);
      RunCopy(ctx, plan, in.data, place);
    }
    place += in.shape[axis] * to[axis];
  }
  return {};
}

}  // namespace

const OpDef kConcat = {format::OpCode::Concat,
                       "Concat",
                       format::OpAttrs::Axis,
                       Prepare,
                       Eval,
                       linnet::kConcat | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
