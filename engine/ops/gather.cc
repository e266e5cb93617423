// Gather: out[..., i..., ...] = in[..., indices[i...], ...] along `axis`: the axis is replaced by the dimensions of the
// indices (int32 / int64; negative ones count from the end).
#include <cstring>

#include "engine/data_movement.h"
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
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), in.rank(), &axis));
  if (in.rank() - 1 + indices.rank() > Shape::kMaxRank) {
    return ctx.Unsupported("%s gathered by %s: the rank may be at most %d", ctx.Describe(0), ctx.Describe(1, 1),
                           Shape::kMaxRank);
  }
  Shape shape;
  for (int d = 0; d < axis; ++d) shape.Append(in.shape[d]);
  for (const int64_t size : indices.shape) shape.Append(size);
  for (int d = axis + 1; d < in.rank(); ++d) shape.Append(in.shape[d]);
  return ctx.SetOutput(0, in.type, shape);
}

// Elements of a fixed size need no call of memcpy each.
template <size_t kBytes>
void GatherElements(const char* in, const TensorSlot& indices, int64_t size, int64_t first, int64_t last, char* out) {
  for (int64_t k = first; k < last; ++k, out += kBytes) {
    std::memcpy(out, in + WrappedIndexAt(indices, k, size) * kBytes, kBytes);
  }
}

void GatherRuns(const char* in, const TensorSlot& indices, int64_t size, size_t bytes, int64_t first, int64_t last,
                char* out) {
  switch (bytes) {
    case 1:
      return GatherElements<1>(in, indices, size, first, last, out);
    case 2:
      return GatherElements<2>(in, indices, size, first, last, out);
    case 4:
      return GatherElements<4>(in, indices, size, first, last, out);
    case 8:
      return GatherElements<8>(in, indices, size, first, last, out);
    default:
      for (int64_t k = first; k < last; ++k, out += bytes) {
        std::memcpy(out, in + WrappedIndexAt(indices, k, size) * bytes, bytes);
      }
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& indices = ctx.input(1);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), in.rank(), &axis));
  const int64_t size = in.shape[axis];
  const int64_t count = indices.elements();
  for (int64_t k = 0; k < count; ++k) {
    if (WrappedIndexAt(indices, k, size) < 0) {
      return ctx.OutOfRange("index %lld of axis %d of %s", static_cast<long long>(IndexAt(indices, k)), axis,
                            ctx.Describe(0));
    }
  }
  const int64_t outer = in.shape.Product(0, axis);
  const size_t run = static_cast<size_t>(in.shape.Product(axis + 1, in.rank())) * BytesOf(in.type);
  const int64_t bytes = static_cast<int64_t>(TensorBytes(out.type, out.shape));
  // Rows of the output, counted over outer indices and indices together.
  ParallelRanges(ctx, outer * count, bytes, [&](int64_t first, int64_t last, int) {
    while (first < last) {
      const int64_t o = first / count, k = first % count;
      const int64_t end = k + (last - first) < count ? k + (last - first) : count;
      GatherRuns(in.as<char>() + o * size * run, indices, size, run, k, end, out.as<char>() + first * run);
      first += end - k;
    }
  });
  return {};
}

}  // namespace

const OpDef kGather = {format::OpCode::Gather, "Gather", format::OpAttrs::Axis, Prepare, Eval};

}  // namespace linnet::ops
