#include "engine/ops/arg_common.h"

#include "engine/ops/slices.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

// Whether `value` takes the place of `best`, which came before it.
template <bool kLargest, bool kLast, typename T>
bool Replaces(T value, T best) {
  if (value != value) return kLast || best == best;
  if (best != best) return false;
  return kLargest ? (kLast ? value >= best : value > best) : (kLast ? value <= best : value < best);
}

bool ReplacesWide(WideKind kind, bool largest, bool last, Wide value, Wide best) {
  const auto choose = [&](auto a, auto b) {
    if (largest) return last ? Replaces<true, true>(a, b) : Replaces<true, false>(a, b);
    return last ? Replaces<false, true>(a, b) : Replaces<false, false>(a, b);
  };
  return kind == WideKind::kSigned     ? choose(value.i, best.i)
         : kind == WideKind::kUnsigned ? choose(value.u, best.u)
                                       : choose(value.f, best.f);
}

// `count` neighbouring slices whose elements are `stride` apart.
template <bool kLargest, bool kLast>
void RunF32(const float* x, int64_t n, int64_t stride, int64_t count, int64_t* y) {
  for (int64_t c = 0; c < count; ++c) {
    float best = x[c];
    int64_t index = 0;
    for (int64_t i = 1; i < n; ++i) {
      const float value = x[i * stride + c];
      if (Replaces<kLargest, kLast>(value, best)) {
        best = value;
        index = i;
      }
    }
    y[c] = index;
  }
}

void RunWideSlices(const TensorSlot& x, int64_t first, int64_t n, int64_t stride, int64_t count, bool largest,
                   bool last, int64_t* y) {
  const WideKind kind = WideKindOf(x.type);
  Wide best[kWideBlock], values[kWideBlock];
  const size_t width = static_cast<size_t>(count);
  Widen(x.type, x.data, first, width, kind, best);
  for (int64_t c = 0; c < count; ++c) y[c] = 0;
  for (int64_t i = 1; i < n; ++i) {
    Widen(x.type, x.data, first + i * stride, width, kind, values);
    for (size_t c = 0; c < width; ++c) {
      if (!ReplacesWide(kind, largest, last, values[c], best[c])) continue;
      best[c] = values[c];
      y[c] = i;
    }
  }
}

}  // namespace

Status PrepareArg(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  const auto* attrs = ctx.attrs<format::ArgReduce>();
  const Shape& x = ctx.input(0).shape;
  int axis;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), x.rank(), &axis));
  if (x[axis] == 0) return ctx.Invalid("x is %s: axis %d is empty", ctx.Describe(0), axis);
  Shape shape;
  for (int d = 0; d < x.rank(); ++d) {
    if (d != axis) {
      shape.Append(x[d]);
    } else if (attrs->keepdims()) {
      shape.Append(1);
    }
  }
  return ctx.SetOutput(0, ElementType::kInt64, shape);
}

Status EvalArg(OpContext& ctx, bool largest) {
  const TensorSlot& x = ctx.input(0);
  const bool last = ctx.attrs<format::ArgReduce>()->select_last_index();
  const Slices s = SlicesOf(x.shape, ctx.attrs<format::ArgReduce>()->axis());
  const auto kernel =
      largest ? (last ? RunF32<true, true> : RunF32<true, false>) : (last ? RunF32<false, true> : RunF32<false, false>);
  ForEachSliceBlock(ctx, s, kWideBlock, kParallelElements, [&](const SliceBlock& block, int) {
    int64_t* y = ctx.output(0).as<int64_t>() + block.index;
    if (x.type == ElementType::kFloat32) {
      kernel(x.as<float>() + block.first, s.n, s.inner, block.count, y);
    } else {
      RunWideSlices(x, block.first, s.n, s.inner, block.count, largest, last, y);
    }
  });
  return Status();
}

}  // namespace linnet::ops
