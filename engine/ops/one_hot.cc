// OneHot: out[..., d, ...] = values[1] where indices[...] = d, else values[0], a new dimension of size `depth` standing
// at `axis`. Inputs indices (any number), depth (one number), values [off, on]. Negative indices count from the end;
// those outside of [-depth, depth) leave all off.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 1));
  const TensorSlot& indices = ctx.input(0);
  const TensorSlot& values = ctx.input(2);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 2, &element));
  if (WideKindOf(indices.type) == WideKind::kNone) return ctx.Invalid("indices of type %s", ctx.Describe(0));
  if (values.rank() != 1 || values.elements() != 2) return ctx.Invalid("values are %s, not [off, on]", ctx.Describe(2));
  if (indices.rank() == Shape::kMaxRank) return ctx.Unsupported("indices %s: rank too large", ctx.Describe(0));
  double depth = 0;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ReadScalar(1, &depth));
  if (!(depth >= 0 && depth < 9e18)) return ctx.Invalid("depth is %g", depth);
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::OneHot>()->axis(), indices.rank() + 1, &axis));
  Shape shape;
  for (int d = 0; d < axis; ++d) shape.Append(indices.shape[d]);
  shape.Append(static_cast<int64_t>(depth));
  for (int d = axis; d < indices.rank(); ++d) shape.Append(indices.shape[d]);
  return ctx.SetOutput(0, values.type, shape);
}

// The index that a widened number names, or -1: a real number has none if it is not whole.
int64_t WholeIndex(WideKind kind, Wide value, int64_t depth) {
  if (kind == WideKind::kReal) {
    const double limit = static_cast<double>(depth);
    if (!(value.f >= -limit && value.f < limit)) return -1;
    const int64_t index = static_cast<int64_t>(value.f);
    if (static_cast<double>(index) != value.f) return -1;
    return index < 0 ? index + depth : index;
  }
  if (kind == WideKind::kUnsigned) return value.u < static_cast<uint64_t>(depth) ? value.i : -1;
  if (value.i < -depth || value.i >= depth) return -1;
  return value.i < 0 ? value.i + depth : value.i;
}

Status Eval(OpContext& ctx) {
  const TensorSlot& indices = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::OneHot>()->axis(), out.rank(), &axis));
  const size_t bytes = BytesOf(out.type);
  const char* values = ctx.input(2).as<char>();
  kernels::CopyPlan plan(bytes);
  plan.Append(out.elements(), 0, static_cast<int64_t>(bytes));
  RunCopy(ctx, plan, values, out.data);
  const int64_t depth = out.shape[axis];
  const int64_t inner = out.shape.Product(axis + 1, out.rank());
  const WideKind kind = WideKindOf(indices.type);
  const int64_t count = indices.elements();
  Wide block[kWideBlock];
  for (int64_t first = 0; first < count; first += kWideBlock) {
    const int64_t left = count - first;
    const size_t n = left < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(left) : kWideBlock;
    Widen(indices.type, indices.data, first, n, kind, block);
    for (size_t k = 0; k < n; ++k) {
      const int64_t index = WholeIndex(kind, block[k], depth);
      if (index < 0) continue;
      const int64_t i = first + static_cast<int64_t>(k);
      std::memcpy(out.as<char>() + ((i / inner * depth + index) * inner + i % inner) * bytes, values + bytes, bytes);
    }
  }
  return {};
}

}  // namespace

const OpDef kOneHot = {format::OpCode::OneHot, "OneHot", format::OpAttrs::OneHot, Prepare, Eval};

}  // namespace linnet::ops
