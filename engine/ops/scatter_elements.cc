// ScatterElements: out = data, then out[i0, ..., indices[i...], ..., in] = updates[i...], the index standing at `axis`,
// or added, multiplied, max or min instead of stored. Updates are applied in row-major order: of several that meet, the
// last one stays.
#include "engine/element_index.h"
#include "engine/ops/ops.h"
#include "engine/scatter.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareScatter(ctx));
  const TensorSlot& data = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Scatter>()->axis(), data.rank(), &axis));
  bool fits = indices.rank() == data.rank();
  for (int d = 0; fits && d < data.rank(); ++d) fits = d == axis || indices.shape[d] <= data.shape[d];
  if (!fits) return ctx.Invalid("indices %s do not fit %s along axis %d", ctx.Describe(1), ctx.Describe(0, 1), axis);
  if (ctx.input(2).shape != indices.shape) {
    return ctx.Invalid("updates %s for indices %s", ctx.Describe(2), ctx.Describe(1, 1));
  }
  return {};
}

Status Eval(OpContext& ctx) {
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& updates = ctx.input(2);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Scatter>()->axis(), out.rank(), &axis));
  const Reduction reduction = static_cast<Reduction>(ctx.attrs<format::Scatter>()->reduction());
  CopyData(ctx);
  const ElementStrides strides(out.shape);
  ElementIndex index(indices.shape);
  const int64_t count = indices.elements();
  for (int64_t k = 0; k < count; ++k, index.Next()) {
    const int64_t at = WrappedIndexAt(indices, k, out.shape[axis]);
    if (at < 0) {
      return ctx.OutOfRange("index %lld of axis %d of %s", static_cast<long long>(IndexAt(indices, k)), axis,
                            ctx.Describe(0));
    }
    int64_t to = at * strides[axis];
    for (int d = 0; d < out.rank(); ++d) to += d == axis ? 0 : index[d] * strides[d];
    ReduceInto(reduction, out, to, updates, k, 1);
  }
  return {};
}

}  // namespace

const OpDef kScatterElements = {
    format::OpCode::ScatterElements, "ScatterElements", format::OpAttrs::Scatter, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
