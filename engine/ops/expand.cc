// Expand: in broadcast to the shape that it and `shape` (input 1) have together, as NumPy has it.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &sizes));
  if (sizes.count > Shape::kMaxRank) return ctx.Unsupported("rank %d; at most %d", sizes.count, Shape::kMaxRank);
  const int rank = sizes.count > in.rank() ? sizes.count : in.rank();
  Shape shape;
  for (int d = 0; d < rank; ++d) {
    const int in_dim = d - (rank - in.rank());
    const int size_dim = d - (rank - sizes.count);
    const int64_t own = in_dim >= 0 ? in.shape[in_dim] : 1;
    const int64_t asked = size_dim >= 0 ? sizes[size_dim] : 1;
    if (asked < 0 || (own != asked && own != 1 && asked != 1)) {
      return ctx.Invalid("%s cannot be expanded to size %lld in dimension %d", ctx.Describe(0),
                         static_cast<long long>(asked), d);
    }
    shape.Append(own == 1 ? asked : own);
  }
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  const ByteStrides from(in), to(out);
  kernels::CopyPlan plan(BytesOf(in.type));
  for (int d = 0; d < out.rank(); ++d) {
    const int in_dim = d - (out.rank() - in.rank());
    plan.Append(out.shape[d], in_dim >= 0 && in.shape[in_dim] != 1 ? from[in_dim] : 0, to[d]);
  }
  RunCopy(ctx, plan, in.data, out.data);
  return {};
}

}  // namespace

const OpDef kExpand = {format::OpCode::Expand,          "Expand", format::OpAttrs::NONE, Prepare, Eval,
                       kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
