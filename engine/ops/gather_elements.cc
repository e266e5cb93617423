// GatherElements: out[i0, ..., in] = in[i0, ..., indices[i0, ..., in], ..., in], the index standing at `axis`. The
// shape is that of the indices, which may be smaller than the input in the other dimensions.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/element_index.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  size_t element = 0;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::GatherElements>()->axis(), in.rank(), &axis));
  bool fits = indices.rank() == in.rank();
  for (int d = 0; fits && d < in.rank(); ++d) fits = d == axis || indices.shape[d] <= in.shape[d];
  if (!fits) return ctx.Invalid("indices %s do not fit %s along axis %d", ctx.Describe(1), ctx.Describe(0, 1), axis);
  return ctx.SetOutput(0, in.type, indices.shape);
}

template <size_t kBytes>
void GatherRange(const TensorSlot& in, const TensorSlot& indices, int axis, int64_t first, int64_t last, char* out) {
  const ElementStrides strides(in.shape);
  ElementIndex index(indices.shape, first);
  for (int64_t k = first; k < last; ++k, index.Next()) {
    int64_t from = WrappedIndexAt(indices, k, in.shape[axis]) * strides[axis];
    for (int d = 0; d < in.rank(); ++d) from += d == axis ? 0 : index[d] * strides[d];
    std::memcpy(out + k * kBytes, in.as<char>() + from * kBytes, kBytes);
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& out = ctx.output(0);
  const int64_t count = out.elements();
  if (count == 0) return {};
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::GatherElements>()->axis(), in.rank(), &axis));
  for (int64_t k = 0; k < count; ++k) {
    if (WrappedIndexAt(indices, k, in.shape[axis]) < 0) {
      return ctx.OutOfRange("index %lld of axis %d of %s", static_cast<long long>(IndexAt(indices, k)), axis,
                            ctx.Describe(0));
    }
  }
  const size_t bytes = BytesOf(in.type);
  ParallelRanges(ctx, count, count * 16, [&](int64_t first, int64_t last, int) {
    switch (bytes) {
      case 1:
        return GatherRange<1>(in, indices, axis, first, last, out.as<char>());
      case 2:
        return GatherRange<2>(in, indices, axis, first, last, out.as<char>());
      case 4:
        return GatherRange<4>(in, indices, axis, first, last, out.as<char>());
      default:
        return GatherRange<8>(in, indices, axis, first, last, out.as<char>());
    }
  });
  return {};
}

}  // namespace

const OpDef kGatherElements = {format::OpCode::GatherElements, "GatherElements", format::OpAttrs::GatherElements,
                               Prepare, Eval};

}  // namespace linnet::ops
