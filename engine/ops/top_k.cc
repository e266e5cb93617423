// TopK: the k largest (or smallest) elements along the axis, best first, and their indices. Inputs x, k [1]; outputs values,
// indices (int64). Of equal elements the one with the lower index comes first; NaN counts as larger than every number.
// All types that hold numbers.
#include "engine/ops/ops.h"
#include "engine/ops/slices.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

constexpr int64_t kParallelElements = 16 * 1024;

struct Entry {
  Wide value;
  int64_t index;
};

template <typename T>
bool Larger(T a, T b) {
  return a > b || (a != a && b == b);
}

// Whether `a` comes before `b` in the result.
struct Order {
  WideKind kind;
  bool largest;

  bool operator()(const Entry& a, const Entry& b) const {
    if (IsLarger(a.value, b.value)) return largest;
    if (IsLarger(b.value, a.value)) return !largest;
    return a.index < b.index;
  }
  bool IsLarger(const Wide& a, const Wide& b) const {
    return kind == WideKind::kSigned ? a.i > b.i : kind == WideKind::kUnsigned ? a.u > b.u : Larger(a.f, b.f);
  }
};

// Restores a heap whose top, the last in order of all, may be out of place.
void SiftDown(const Order& before, Entry* heap, int64_t size, int64_t at) {
  for (int64_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && before(heap[child], heap[child + 1])) ++child;
    if (!before(heap[at], heap[child])) return;
    const Entry moved = heap[at];
    heap[at] = heap[child];
    heap[child] = moved;
    at = child;
  }
}

// The k first of `n` elements that lie `stride` apart, in order.
void Select(const TensorSlot& x, int64_t first, int64_t n, int64_t stride, const Order& before, int64_t k, Entry* heap) {
  for (int64_t i = 0; i < n; ++i) {
    Entry entry;
    entry.index = i;
    Widen(x.type, x.data, first + i * stride, 1, before.kind, &entry.value);
    if (i < k) {
      heap[i] = entry;
      if (i + 1 < k) continue;
      for (int64_t at = k / 2; at-- > 0;) SiftDown(before, heap, k, at);
    } else if (before(entry, heap[0])) {
      heap[0] = entry;
      SiftDown(before, heap, k, 0);
    }
  }
  for (int64_t size = k; size-- > 1;) {
    const Entry last = heap[0];
    heap[0] = heap[size];
    heap[size] = last;
    SiftDown(before, heap, size, 0);
  }
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 2));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kAllTypes));
  const TensorSlot& x = ctx.input(0);
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::TopK>()->axis(), x.rank(), &axis));
  IntList k;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &k));
  if (k.count != 1) return ctx.Invalid("k is %s, expected one number", ctx.Describe(1));
  if (k[0] < 0 || k[0] > x.shape[axis]) {
    return ctx.Invalid("k is %lld, axis %d of x %s has fewer", static_cast<long long>(k[0]), axis, ctx.Describe(0));
  }
  Shape shape = x.shape;
  shape[axis] = k[0];
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, x.type, shape));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(1, ElementType::kInt64, shape));
  ctx.RequestScratch(0, static_cast<size_t>(k[0]) * sizeof(Entry));
  return Status();
}

Status Eval(OpContext& ctx) {
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& values = ctx.output(0);
  const auto& attrs = *ctx.attrs<format::TopK>();
  if (values.elements() == 0) return Status();
  const Slices s = SlicesOf(x.shape, attrs.axis());
  const int64_t k = SlicesOf(values.shape, attrs.axis()).n;
  const Order before = {WideKindOf(x.type), attrs.largest()};
  ForEachSliceBlock(ctx, s, /*columns=*/1, kParallelElements, [&](const SliceBlock& block, int thread) {
    Entry* best = static_cast<Entry*>(ctx.thread_scratch(thread));
    Select(x, block.first, s.n, s.inner, before, k, best);
    const int64_t first = block.index / s.inner * k * s.inner + block.index % s.inner;
    for (int64_t i = 0; i < k; ++i) {
      Narrow(values.type, &best[i].value, before.kind, first + i * s.inner, 1, values.data);
      if (ctx.has_output(1)) ctx.output(1).as<int64_t>()[first + i * s.inner] = best[i].index;
    }
  });
  return Status();
}

}  // namespace

const OpDef kTopK = {format::OpCode::TopK, "TopK", format::OpAttrs::TopK, Prepare, Eval};

}  // namespace linnet::ops
