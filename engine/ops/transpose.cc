// Transpose: out[i[perm[0]], i[perm[1]], ...] = in[i[0], i[1], ...]; out.shape[d] = in.shape[perm[d]]. Without `perm`
// the dimensions are reversed.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

int Permuted(const OpContext& ctx, int d) {
  const auto* perm = ctx.attrs<format::Transpose>()->perm();
  return perm == nullptr || perm->size() == 0 ? ctx.input(0).rank() - 1 - d : perm->Get(d);
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  const auto* perm = ctx.attrs<format::Transpose>()->perm();
  if (perm != nullptr && perm->size() != 0 && static_cast<int>(perm->size()) != in.rank()) {
    return ctx.Invalid("perm has %u entries, the input is %s", perm->size(), ctx.Describe(0));
  }
  uint32_t seen = 0;
  Shape shape;
  for (int d = 0; d < in.rank(); ++d) {
    const int from = Permuted(ctx, d);
    if (from < 0 || from >= in.rank() || (seen & (1u << from))) {
      return ctx.Invalid("perm[%d] = %d does not make a permutation of %d axes", d, from, in.rank());
    }
    seen |= 1u << from;
    shape.Append(in.shape[from]);
  }
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  const ByteStrides from(in), to(out);
  kernels::CopyPlan plan(BytesOf(in.type));
  for (int d = 0; d < out.rank(); ++d) plan.Append(out.shape[d], from[Permuted(ctx, d)], to[d]);
  RunCopy(ctx, plan, in.data, out.data);
  return {};
}

}  // namespace

const OpDef kTranspose = {format::OpCode::Transpose,       "Transpose", format::OpAttrs::Transpose, Prepare, Eval,
                          kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
