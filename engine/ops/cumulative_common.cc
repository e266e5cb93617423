#include "engine/ops/cumulative_common.h"

#include "engine/ops/slices.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {

Status PrepareCumulative(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  const TensorSlot& axis = ctx.input(1);
  if ((axis.type != ElementType::kInt32 && axis.type != ElementType::kInt64) || axis.elements() != 1) {
    return ctx.Invalid("the axis is %s, expected one int32 or int64", ctx.Describe(1));
  }
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

namespace {

// result[c] = result[c] + or * values[c]
void Accumulate(size_t n, WideKind kind, bool product, const Wide* values, Wide* result) {
  for (size_t c = 0; c < n; ++c) {
    if (kind == WideKind::kReal) {
      result[c].f = product ? result[c].f * values[c].f : result[c].f + values[c].f;
    } else {
      result[c].u = product ? result[c].u * values[c].u : result[c].u + values[c].u;
    }
  }
}

// `count` neighbouring slices from element `first` on.
void RunSlices(const TensorSlot& x, const TensorSlot& y, const Slices& s, int64_t first, int64_t count, bool product,
               const format::CumSum& attrs) {
  const WideKind kind = WideKindOf(x.type);
  const size_t width = static_cast<size_t>(count);
  Wide result[kWideBlock], values[kWideBlock];
  for (size_t c = 0; c < width; ++c) {
    if (kind == WideKind::kReal) {
      result[c].f = product ? 1 : 0;
    } else {
      result[c].u = product ? 1 : 0;
    }
  }
  for (int64_t i = 0; i < s.n; ++i) {
    const int64_t at = first + (attrs.reverse() ? s.n - 1 - i : i) * s.inner;
    Widen(x.type, x.data, at, width, kind, values);
    if (attrs.exclusive()) Narrow(y.type, result, kind, at, width, y.data);
    Accumulate(width, kind, product, values, result);
    if (!attrs.exclusive()) Narrow(y.type, result, kind, at, width, y.data);
  }
}

}  // namespace

Status EvalCumulative(OpContext& ctx, bool product) {
  const TensorSlot &x = ctx.input(0), &axis_slot = ctx.input(1), &y = ctx.output(0);
  const int64_t given = axis_slot.type == ElementType::kInt32 ? *axis_slot.as<int32_t>() : *axis_slot.as<int64_t>();
  const int64_t rank = x.rank() > 0 ? x.rank() : 1;
  if (given < -rank || given >= rank) {
    return ctx.OutOfRange("axis %lld of a tensor of rank %d", static_cast<long long>(given), x.rank());
  }
  const auto* attrs = ctx.attrs<format::CumSum>();
  const Slices s = SlicesOf(x.shape, given);
  ForEachSliceBlock(ctx, s, kWideBlock, kParallelElements, [&](const SliceBlock& block, int) {
    RunSlices(x, y, s, block.first, block.count, product, *attrs);
  });
  return Status();
}

}  // namespace linnet::ops
