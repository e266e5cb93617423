// Unique: the distinct slices of x along `axis` (or, with `flatten`, its distinct elements), in ascending order or in
// that of their first occurrence. Outputs y, indices? (of the first occurrence in x), inverse? (of x's slices in y),
// counts?; all but y are int64 lists. Slices are ordered by their first element that differs; NaN is equal to NaN and
// larger than every number. The number of slices depends on the values, so the op is prepared when they are there.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/slices.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

// Numbers of slices of x: `first` and `counts` by slice of y, `inverse` by slice of x.
struct Groups {
  int64_t count;
  int64_t *first, *inverse, *counts;
};

Status View(OpContext& ctx, int* axis, Slices* slices) {
  const auto* attrs = ctx.attrs<format::Select>();
  const TensorSlot& x = ctx.input(0);
  *axis = 0;
  *slices = {1, x.elements(), 1};
  if (attrs->flatten()) return {};
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), x.rank(), axis));
  *slices = SlicesOf(x.shape, *axis);
  return {};
}

template <typename T>
int Compare(T a, T b) {
  if (a != a || b != b) return (a != a ? 1 : 0) - (b != b ? 1 : 0);
  return a < b ? -1 : a > b ? 1 : 0;
}

// All elements of x, widened, compared slice by slice.
struct SliceOrder {
  Slices slices;
  WideKind kind;
  Wide* values;

  int operator()(int64_t a, int64_t b) const {
    for (int64_t o = 0; o < slices.outer; ++o) {
      const Wide* x = values + (o * slices.n + a) * slices.inner;
      const Wide* y = values + (o * slices.n + b) * slices.inner;
      for (int64_t i = 0; i < slices.inner; ++i) {
        const int order = kind == WideKind::kSigned     ? Compare(x[i].i, y[i].i)
                          : kind == WideKind::kUnsigned ? Compare(x[i].u, y[i].u)
                                                        : Compare(x[i].f, y[i].f);
        if (order != 0) return order;
      }
    }
    return 0;
  }
};

// Sorts list[0, n), merging runs of growing length; equal ones keep their order. `other` has room for n.
void MergeSort(const SliceOrder& order, int64_t n, int64_t* list, int64_t* other) {
  for (int64_t run = 1; run < n; run *= 2) {
    for (int64_t start = 0; start < n; start += 2 * run) {
      const int64_t middle = n - start < run ? n : start + run, end = n - middle < run ? n : middle + run;
      int64_t a = start, b = middle;
      for (int64_t to = start; to < end; ++to) {
        const bool left = b == end || (a < middle && order(list[a], list[b]) <= 0);
        other[to] = list[left ? a++ : b++];
      }
    }
    std::memcpy(list, other, static_cast<size_t>(n) * sizeof(int64_t));
  }
}

// Slices `sorted`, of which equal ones are neighbours, become groups.
void MakeGroups(const SliceOrder& order, const int64_t* sorted, Groups* groups) {
  groups->count = 0;
  for (int64_t k = 0; k < order.slices.n; ++k) {
    if (k == 0 || order(sorted[k - 1], sorted[k]) != 0) {
      groups->first[groups->count] = sorted[k];
      groups->counts[groups->count++] = 0;
    }
    groups->inverse[sorted[k]] = groups->count - 1;
    ++groups->counts[groups->count - 1];
  }
}

// Puts groups into the order of their first slices. `moved` and `counts` have room for all.
void OrderByOccurrence(int64_t n, int64_t* moved, int64_t* counts, Groups* groups) {
  int64_t next = 0;
  for (int64_t k = 0; k < n; ++k) {
    const int64_t group = groups->inverse[k];
    if (groups->first[group] == k) {
      counts[next] = groups->counts[group];
      moved[group] = next++;
    }
    groups->inverse[k] = moved[group];
  }
  // The inverse counts up where it meets a group for the first time.
  int64_t seen = 0;
  for (int64_t k = 0; k < n; ++k) {
    if (groups->inverse[k] == seen) groups->first[seen++] = k;
  }
  std::memcpy(groups->counts, counts, static_cast<size_t>(next) * sizeof(int64_t));
}

int64_t* NewList(OpContext& ctx, int64_t n) {
  return static_cast<int64_t*>(ctx.AllocateMemory(SaturatingMultiply(static_cast<size_t>(n), sizeof(int64_t))));
}

Status FindGroups(OpContext& ctx, const Slices& slices, Groups* groups) {
  const TensorSlot& x = ctx.input(0);
  const int64_t n = slices.n, elements = x.elements();
  SliceOrder order = {slices, WideKindOf(x.type), nullptr};
  order.values =
      static_cast<Wide*>(ctx.AllocateMemory(SaturatingMultiply(static_cast<size_t>(elements), sizeof(Wide))));
  groups->first = NewList(ctx, n);
  groups->inverse = NewList(ctx, n);
  groups->counts = NewList(ctx, n);
  int64_t *sorted = NewList(ctx, n), *other = NewList(ctx, n);
  if (order.values == nullptr || groups->first == nullptr || groups->inverse == nullptr || groups->counts == nullptr ||
      sorted == nullptr || other == nullptr) {
    return ctx.OutOfMemory();
  }
  if (elements > 0) Widen(x.type, x.data, 0, static_cast<size_t>(elements), order.kind, order.values);
  for (int64_t k = 0; k < n; ++k) sorted[k] = k;
  MergeSort(order, n, sorted, other);
  MakeGroups(order, sorted, groups);
  if (!ctx.attrs<format::Select>()->sorted()) OrderByOccurrence(n, sorted, other, groups);
  return {};
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1, 1, 4));
  const TensorSlot& x = ctx.input(0);
  size_t element = 0;
  int axis = 0;
  Slices slices;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  if (WideKindOf(x.type) == WideKind::kNone) return ctx.Unsupported("element type %s", ElementTypeName(x.type));
  LINNET_RETURN_IF_ERROR(View(ctx, &axis, &slices));
  if (!HasValue(x)) return ctx.Unresolved(0);
  Groups* groups = ctx.NewState<Groups>();
  if (groups == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(FindGroups(ctx, slices, groups));
  Shape shape = {groups->count};
  if (!ctx.attrs<format::Select>()->flatten()) {
    shape = x.shape;
    shape[axis] = groups->count;
  }
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, x.type, shape));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(1, ElementType::kInt64, {groups->count}));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(2, ElementType::kInt64, {slices.n}));
  return ctx.SetOutput(3, ElementType::kInt64, {groups->count});
}

void Store(OpContext& ctx, int i, const int64_t* list) {
  if (!ctx.has_output(i) || ctx.output(i).elements() == 0) return;
  std::memcpy(ctx.output(i).data, list, static_cast<size_t>(ctx.output(i).elements()) * sizeof(int64_t));
}

Status Eval(OpContext& ctx) {
  const Groups& groups = *ctx.state<Groups>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  int axis = 0;
  Slices slices;
  LINNET_RETURN_IF_ERROR(View(ctx, &axis, &slices));
  Store(ctx, 1, groups.first);
  Store(ctx, 2, groups.inverse);
  Store(ctx, 3, groups.counts);
  if (y.elements() == 0) return {};
  const int64_t bytes = slices.inner * static_cast<int64_t>(BytesOf(x.type));
  char* to = y.as<char>();
  for (int64_t o = 0; o < slices.outer; ++o) {
    for (int64_t g = 0; g < groups.count; ++g, to += bytes) {
      std::memcpy(to, x.as<char>() + (o * slices.n + groups.first[g]) * bytes, static_cast<size_t>(bytes));
    }
  }
  return {};
}

}  // namespace

const OpDef kUnique = {format::OpCode::Unique, "Unique", format::OpAttrs::Select, Prepare, Eval};

}  // namespace linnet::ops
