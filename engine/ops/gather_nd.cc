// GatherND: out[b..., i..., :] = in[b..., indices[b..., i..., 0], ..., indices[b..., i..., k - 1], :], with b over the
// first batch_dims dimensions that in and indices [b..., i..., k] have in common.
#include <cstring>

#include "engine/index_tuple.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
  const int batch = ctx.attrs<format::BatchDims>()->batch_dims();
  bool fits = batch >= 0 && batch < in.rank() && batch < indices.rank();
  for (int d = 0; fits && d < batch; ++d) fits = in.shape[d] == indices.shape[d];
  if (!fits || indices.shape.back() > in.rank() - batch) {
    return ctx.Invalid("indices %s do not fit %s with %d batch dimensions", ctx.Describe(1), ctx.Describe(0, 1), batch);
  }
  const int depth = static_cast<int>(indices.shape.back());
  if (indices.rank() - 1 + in.rank() - batch - depth > Shape::kMaxRank) {
    return ctx.Unsupported("%s gathered by %s: the rank may be at most %d", ctx.Describe(0), ctx.Describe(1, 1),
                           Shape::kMaxRank);
  }
  Shape shape;
  for (int d = 0; d < indices.rank() - 1; ++d) shape.Append(indices.shape[d]);
  for (int d = batch + depth; d < in.rank(); ++d) shape.Append(in.shape[d]);
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const int batch = ctx.attrs<format::BatchDims>()->batch_dims();
  const int depth = static_cast<int>(indices.shape.back());
  const int64_t tuples = indices.shape.Product(0, indices.rank() - 1);
  const int64_t tuples_per_batch = tuples / in.shape.Product(0, batch);
  const int64_t elements_per_batch = in.shape.Product(batch, in.rank());
  for (int64_t t = 0; t < tuples; ++t) {
    if (TupleOffset(in.shape, batch, indices, t) < 0) {
      return ctx.OutOfRange("index tuple %lld is outside of %s", static_cast<long long>(t), ctx.Describe(0));
    }
  }
  const size_t element = BytesOf(in.type);
  const size_t run = static_cast<size_t>(in.shape.Product(batch + depth, in.rank())) * element;
  ParallelRanges(ctx, tuples, tuples * static_cast<int64_t>(run + 8), [&](int64_t first, int64_t last, int) {
    for (int64_t t = first; t < last; ++t) {
      const int64_t from = t / tuples_per_batch * elements_per_batch + TupleOffset(in.shape, batch, indices, t);
      std::memcpy(out.as<char>() + t * run, in.as<char>() + from * element, run);
    }
  });
  return {};
}

}  // namespace

const OpDef kGatherND = {format::OpCode::GatherND, "GatherND", format::OpAttrs::BatchDims, Prepare, Eval};

}  // namespace linnet::ops
