// ScatterND: out = data, then out[indices[i..., 0], ..., indices[i..., k - 1], :] = updates[i..., :], or added,
// multiplied, max or min instead of stored. Updates are applied in order: of several that meet, the last one stays.
#include "engine/index_tuple.h"
#include "engine/ops/ops.h"
#include "engine/scatter.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareScatter(ctx));
  const TensorSlot& data = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& updates = ctx.input(2);
  bool fits = indices.rank() > 0 && indices.shape.back() <= data.rank();
  const int depth = fits ? static_cast<int>(indices.shape.back()) : 0;
  fits = fits && updates.rank() == indices.rank() - 1 + data.rank() - depth;
  for (int d = 0; fits && d < updates.rank(); ++d) {
    const int data_dim = d - (indices.rank() - 1) + depth;
    fits = updates.shape[d] == (d < indices.rank() - 1 ? indices.shape[d] : data.shape[data_dim]);
  }
  if (fits) return {};
  return ctx.Invalid("indices %s and updates %s do not fit %s", ctx.Describe(1), ctx.Describe(2, 1),
                     ctx.Describe(0, 2));
}

Status Eval(OpContext& ctx) {
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& updates = ctx.input(2);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const Reduction reduction = static_cast<Reduction>(ctx.attrs<format::Scatter>()->reduction());
  CopyData(ctx);
  const int depth = static_cast<int>(indices.shape.back());
  const int64_t run = out.shape.Product(depth, out.rank());
  const int64_t tuples = indices.shape.Product(0, indices.rank() - 1);
  for (int64_t t = 0; t < tuples; ++t) {
    const int64_t to = TupleOffset(out.shape, 0, indices, t);
    if (to < 0) return ctx.OutOfRange("index tuple %lld is outside of %s", static_cast<long long>(t), ctx.Describe(0));
    ReduceInto(reduction, out, to, updates, t * run, run);
  }
  return {};
}

}  // namespace

const OpDef kScatterND = {format::OpCode::ScatterND, "ScatterND", format::OpAttrs::Scatter, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
