#include "engine/scatter.h"

#include <cmath>
#include <cstring>

#include "engine/widen.h"

namespace linnet {
namespace {

double Reduce(Reduction reduction, double a, double b) {
  switch (reduction) {
    case Reduction::kAdd:
      return a + b;
    case Reduction::kMul:
      return a * b;
    case Reduction::kMax:
      return std::isnan(a) || a > b ? a : b;
    case Reduction::kMin:
      return std::isnan(a) || a < b ? a : b;
    case Reduction::kNone:
      break;
  }
  return b;
}

// Sums and products wrap, whatever the sign: they are computed without one.
uint64_t Wrapped(Reduction reduction, uint64_t a, uint64_t b) { return reduction == Reduction::kAdd ? a + b : a * b; }

Wide ReduceWide(Reduction reduction, WideKind kind, Wide a, Wide b) {
  Wide result = a;
  if (kind == WideKind::kReal) {
    result.f = Reduce(reduction, a.f, b.f);
  } else if (reduction == Reduction::kAdd || reduction == Reduction::kMul) {
    result.u = Wrapped(reduction, a.u, b.u);
  } else {
    const bool less = kind == WideKind::kSigned ? a.i < b.i : a.u < b.u;
    if (less == (reduction == Reduction::kMax)) result = b;
  }
  return result;
}

}  // namespace

Status PrepareScatter(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 3, 1, 1));
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(2));
  const int reduction = ctx.attrs<format::Scatter>()->reduction();
  if (reduction < 0 || reduction > 4) return ctx.Unsupported("reduction %d", reduction);
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

void CopyData(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  if (ctx.input(0).data == out.data) return;
  kernels::CopyPlan plan(1);
  plan.Append(static_cast<int64_t>(TensorBytes(out.type, out.shape)), 1, 1);
  RunCopy(ctx, plan, ctx.input(0).data, out.data);
}

void ReduceInto(Reduction reduction, const TensorSlot& out, int64_t first, const TensorSlot& updates, int64_t from,
                int64_t n) {
  if (reduction == Reduction::kNone) {
    const size_t element = BytesOf(out.type);
    std::memcpy(out.as<char>() + first * element, updates.as<char>() + from * element, n * element);
    return;
  }
  const WideKind kind = WideKindOf(out.type);
  while (n > 0) {
    const size_t block = n < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(n) : kWideBlock;
    Wide a[kWideBlock], b[kWideBlock];
    Widen(out.type, out.data, first, block, kind, a);
    Widen(updates.type, updates.data, from, block, kind, b);
    for (size_t i = 0; i < block; ++i) a[i] = ReduceWide(reduction, kind, a[i], b[i]);
    Narrow(out.type, a, kind, first, block, out.data);
    first += block;
    from += block;
    n -= block;
  }
}

}  // namespace linnet
