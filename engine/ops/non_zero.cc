// NonZero: the indices of the elements that are not zero, in row-major order: int64 [rank, count], one row per
// dimension. The count depends on the values, so the op is prepared when they are there. A scalar is taken as [1].
#include "engine/data_movement.h"
#include "engine/element_index.h"
#include "engine/ops/ops.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

// Calls body(k) for every element k that is not zero (NaN is not).
template <typename Body>
void ForEachNonZero(const TensorSlot& in, const Body& body) {
  const WideKind kind = WideKindOf(in.type);
  const int64_t count = in.elements();
  Wide block[kWideBlock];
  for (int64_t first = 0; first < count; first += kWideBlock) {
    const int64_t left = count - first;
    const size_t n = left < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(left) : kWideBlock;
    Widen(in.type, in.data, first, n, kind, block);
    for (size_t k = 0; k < n; ++k) {
      if (kind == WideKind::kReal ? block[k].f != 0 : block[k].u != 0) body(first + static_cast<int64_t>(k));
    }
  }
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const TensorSlot& in = ctx.input(0);
  if (WideKindOf(in.type) == WideKind::kNone) return ctx.Unsupported("element type %s", ElementTypeName(in.type));
  if (!HasValue(in)) return ctx.Unresolved(0);
  int64_t count = 0;
  ForEachNonZero(in, [&](int64_t) { ++count; });
  return ctx.SetOutput(0, ElementType::kInt64, {in.rank() > 0 ? in.rank() : 1, count});
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  int64_t* rows = out.as<int64_t>();
  const int64_t count = out.shape[1];
  const Shape shape = in.rank() > 0 ? in.shape : Shape{1};
  const ElementStrides strides(shape);
  int64_t column = 0;
  ForEachNonZero(in, [&](int64_t k) {
    if (column == count) return;
    for (int d = 0; d < shape.rank(); ++d) rows[d * count + column] = k / strides[d] % shape[d];
    ++column;
  });
  return {};
}

}  // namespace

const OpDef kNonZero = {format::OpCode::NonZero, "NonZero", format::OpAttrs::NONE, Prepare, Eval};

}  // namespace linnet::ops
