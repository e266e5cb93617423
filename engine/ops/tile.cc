// Tile: in repeated repeats[d] times along every dimension d; repeats is input 1, one per dimension.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  IntList repeats;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &repeats));
  if (repeats.count != in.rank()) return ctx.Invalid("%d repeats for %s", repeats.count, ctx.Describe(0));
  Shape shape;
  for (int d = 0; d < in.rank(); ++d) {
    int64_t size = 0;
    if (repeats[d] < 0 || __builtin_mul_overflow(in.shape[d], repeats[d], &size)) {
      return ctx.Invalid("repeats[%d] = %lld does not fit %s", d, static_cast<long long>(repeats[d]), ctx.Describe(0));
    }
    shape.Append(size);
  }
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const ByteStrides from(in), to(out);
  kernels::CopyPlan plan(BytesOf(in.type));
  for (int d = 0; d < in.rank(); ++d) {
    plan.Append(out.shape[d] / in.shape[d], 0, in.shape[d] * to[d]);
    plan.Append(in.shape[d], from[d], to[d]);
  }
  RunCopy(ctx, plan, in.data, out.data);
  return {};
}

}  // namespace

const OpDef kTile = {
    format::OpCode::Tile, "Tile", format::OpAttrs::NONE, Prepare, Eval, kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
