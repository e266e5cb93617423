// Range: [start, start + delta, ...] up to, not including, limit. Inputs start, limit, delta: scalars of one floating
// or signed integer type. Elements are start + i * delta, rounded once.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

// Number of elements; the differences are taken unsigned, where they cannot overflow.
int64_t IntegerCount(int64_t start, int64_t limit, int64_t delta) {
  const uint64_t first = static_cast<uint64_t>(start), last = static_cast<uint64_t>(limit);
  const uint64_t step = delta < 0 ? 0 - static_cast<uint64_t>(delta) : static_cast<uint64_t>(delta);
  if (delta > 0 ? limit <= start : limit >= start) return 0;
  const uint64_t count = ((delta > 0 ? last - first : first - last) - 1) / step;
  return count < INT64_MAX ? static_cast<int64_t>(count) + 1 : INT64_MAX;
}

Wide ScalarOf(const TensorSlot& slot, WideKind kind) {
  Wide value;
  Widen(slot.type, slot.data, 0, 1, kind, &value);
  return value;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 1));
  const ElementType type = ctx.input(0).type;
  const WideKind kind = WideKindOf(type);
  if ((kind != WideKind::kReal && kind != WideKind::kSigned) || ElementBits(type) % 8 != 0) {
    return ctx.Unsupported("element type %s", ElementTypeName(type));
  }
  for (int i = 0; i < 3; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    if (ctx.input(i).elements() != 1) return ctx.Invalid("input %d is %s, not one number", i, ctx.Describe(i));
    if (!HasValue(ctx.input(i))) return ctx.Unresolved(i);
  }
  const Wide start = ScalarOf(ctx.input(0), kind);
  const Wide limit = ScalarOf(ctx.input(1), kind);
  const Wide delta = ScalarOf(ctx.input(2), kind);
  if (kind == WideKind::kSigned) {
    if (delta.i == 0) return ctx.Invalid("delta is 0");
    return ctx.SetOutput(0, type, {IntegerCount(start.i, limit.i, delta.i)});
  }
  const double count = std::ceil((limit.f - start.f) / delta.f);
  if (delta.f == 0 || !(count < 9e18)) {
    return ctx.Invalid("from %g to %g by %g has no finite number of elements", start.f, limit.f, delta.f);
  }
  return ctx.SetOutput(0, type, {count > 0 ? static_cast<int64_t>(count) : 0});
}

Status Eval(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  const WideKind kind = WideKindOf(out.type);
  const Wide start = ScalarOf(ctx.input(0), kind);
  const Wide delta = ScalarOf(ctx.input(2), kind);
  const int64_t count = out.elements();
  Wide block[kWideBlock];
  for (int64_t first = 0; first < count; first += kWideBlock) {
    const int64_t left = count - first;
    const size_t n = left < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(left) : kWideBlock;
    for (size_t k = 0; k < n; ++k) {
      const uint64_t i = static_cast<uint64_t>(first) + k;
      if (kind == WideKind::kReal) {
        block[k].f = start.f + static_cast<double>(i) * delta.f;
      } else {
        block[k].u = start.u + i * delta.u;
      }
    }
    Narrow(out.type, block, kind, first, n, out.data);
  }
  return {};
}

}  // namespace

const OpDef kRange = {format::OpCode::Range, "Range", format::OpAttrs::NONE, Prepare, Eval};

}  // namespace linnet::ops
