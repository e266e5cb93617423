#include "engine/ops/reduce_common.h"

#include <cmath>
#include <cstring>

#include "engine/broadcast.h"

namespace linnet::ops {
namespace {

// Sets reduced[d] for the axes that the op names; *any is false if it names none.
Status ReadAxes(OpContext& ctx, bool* reduced, bool* any) {
  const Shape& shape = ctx.input(0).shape;
  IntList axes;
  if (ctx.has_input(1)) {
    LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &axes));
  } else if (const auto* list = ctx.attrs<format::Reduce>()->axes(); list != nullptr) {
    if (list->size() > static_cast<uint32_t>(IntList::kMax)) return ctx.Invalid("%u axes", list->size());
    for (uint32_t i = 0; i < list->size(); ++i) axes.values[axes.count++] = list->Get(i);
  }
  *any = axes.count > 0;
  for (int64_t axis : axes) {
    int d;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axis, shape.rank(), &d));
    if (reduced[d]) return ctx.Invalid("axis %d is named twice", d);
    reduced[d] = true;
  }
  return Status();
}

// Element of x at index `at` of the groups that are (or are not) reduced, the others at 0. With `without_last` the last
// group does not count.
int64_t OffsetOf(const ReducePlan& plan, bool of_reduced, bool without_last, int64_t at) {
  int64_t stride = 1, offset = 0;
  for (int g = plan.groups - 1; g >= 0; --g) {
    if (plan.reduced[g] == of_reduced && !(without_last && g == plan.groups - 1)) {
      offset += at % plan.sizes[g] * stride;
      at /= plan.sizes[g];
    }
    stride *= plan.sizes[g];
  }
  return offset;
}

// The outputs that one task computes: n from `first` on, whose elements start at `base` of x.
struct OutputBlock {
  int64_t first, base;
  size_t n;
};

// task(block) for all outputs in blocks: some columns, or one output where the last group is reduced.
template <typename Task>
void ForEachOutputBlock(OpContext& ctx, const ReducePlan& plan, int64_t most_columns, const Task& task) {
  const int64_t columns = plan.columns() ? plan.sizes[plan.groups - 1] : 1;
  const int64_t outer = columns > 0 ? plan.Product(false) / columns : 0;
  const int64_t blocks = (columns + most_columns - 1) / most_columns;
  const auto run = [&](size_t index, int) {
    const int64_t o = static_cast<int64_t>(index) / blocks, c = static_cast<int64_t>(index) % blocks * most_columns;
    const int64_t n = columns - c < most_columns ? columns - c : most_columns;
    task(OutputBlock{o * columns + c, OffsetOf(plan, false, plan.columns(), o) + c, static_cast<size_t>(n)});
  };
  const size_t tasks = static_cast<size_t>(outer * blocks);
  // Elements of less than a byte share one, which two threads must not.
  const bool whole_bytes = ElementBits(ctx.output(0).type) >= 8;
  if (ctx.threads() > 1 && whole_bytes && plan.Product(true) * plan.Product(false) >= kParallelElements) {
    ctx.Parallel(tasks, run);
  } else {
    for (size_t i = 0; i < tasks; ++i) run(i, 0);
  }
}

// body(n, x, step) for all elements of the block's outputs in order: output i * step takes x[i] for i in [0, n).
template <typename Body>
void ForEachElements(const ReducePlan& plan, const TensorSlot& x, WideKind kind, const OutputBlock& block,
                     const Body& body) {
  Wide elements[kWideBlock];
  const bool rows = !plan.columns();
  const int64_t run = rows ? plan.sizes[plan.groups - 1] : static_cast<int64_t>(block.n);
  const int64_t runs = rows ? (run > 0 ? plan.Product(true) / run : 0) : plan.Product(true);
  for (int64_t r = 0; r < runs; ++r) {
    const int64_t offset = block.base + OffsetOf(plan, true, rows, r);
    for (int64_t i = 0; i < run; i += kWideBlock) {
      const int64_t left = run - i, n = left < static_cast<int64_t>(kWideBlock) ? left : kWideBlock;
      Widen(x.type, x.data, offset + i, static_cast<size_t>(n), kind, elements);
      body(static_cast<size_t>(n), elements, rows ? size_t{0} : size_t{1});
    }
  }
}

Wide StartOf(const ReduceOp& op, ElementType type, WideKind kind) {
  Wide start;
  start.u = op.start == ReduceStart::kOne ? 1 : 0;
  if (kind == WideKind::kReal) start.f = op.start == ReduceStart::kOne ? 1 : 0;
  if (op.start == ReduceStart::kLowest || op.start == ReduceStart::kHighest) {
    const bool lowest = op.start == ReduceStart::kLowest;
    if (kind == WideKind::kReal) {
      start.f = lowest ? -HUGE_VAL : HUGE_VAL;
    } else {
      start = lowest ? LowestInteger(type) : HighestInteger(type);
    }
  }
  return start;
}

void Accumulate(const ReduceOp& op, WideKind kind, size_t n, const Wide* x, size_t step, Wide* accumulated) {
  for (size_t i = 0; i < n; ++i) {
    Wide& a = accumulated[i * step];
    switch (kind) {
      case WideKind::kSigned:
        a.i = op.integer(a.i, x[i].i);
        break;
      case WideKind::kUnsigned:
        a.u = op.natural(a.u, x[i].u);
        break;
      default:
        a.f = op.real(a.f, x[i].f);
    }
  }
}

void Finish(const ReduceOp& op, WideKind kind, int64_t count, size_t n, Wide* accumulated) {
  for (size_t i = 0; i < n; ++i) {
    Wide& a = accumulated[i];
    if (kind == WideKind::kReal) {
      if (op.finish != nullptr) a.f = op.finish(a.f, static_cast<double>(count));
    } else if (op.mean && count > 0) {
      if (kind == WideKind::kSigned) {
        a.i /= count;
      } else {
        a.u /= static_cast<uint64_t>(count);
      }
    }
  }
}

// shift[i] = the largest element of output i, 0 where that is infinite: then x - shift must stay as it is.
void FindShift(const ReducePlan& plan, const TensorSlot& x, const OutputBlock& block, double* shift) {
  for (size_t i = 0; i < block.n; ++i) shift[i] = -HUGE_VAL;
  ForEachElements(plan, x, WideKind::kReal, block, [&](size_t n, const Wide* values, size_t step) {
    for (size_t i = 0; i < n; ++i) shift[i * step] = std::fmax(shift[i * step], values[i].f);
  });
  for (size_t i = 0; i < block.n; ++i) shift[i] = std::isfinite(shift[i]) ? shift[i] : 0;
}

void RunWideBlock(const ReduceOp& op, const ReducePlan& plan, const TensorSlot& x, const TensorSlot& y, WideKind kind,
                  const OutputBlock& block) {
  Wide accumulated[kWideBlock];
  double shift[kWideBlock] = {};
  if (op.shifted) FindShift(plan, x, block, shift);
  const Wide start = StartOf(op, x.type, kind);
  for (size_t i = 0; i < block.n; ++i) accumulated[i] = start;
  ForEachElements(plan, x, kind, block, [&](size_t n, Wide* values, size_t step) {
    if (op.shifted) {
      for (size_t i = 0; i < n; ++i) values[i].f -= shift[i * step];
    }
    Accumulate(op, kind, n, values, step, accumulated);
  });
  Finish(op, kind, plan.count, block.n, accumulated);
  if (op.shifted) {
    for (size_t i = 0; i < block.n; ++i) accumulated[i].f += shift[i];
  }
  Narrow(y.type, accumulated, kind, block.first, block.n, y.data);
}

// [outer, reduced, columns] or [outer, reduced] in fp32.
void RunKernels(OpContext& ctx, const ReduceOp& op, const ReducePlan& plan, const TensorSlot& x, const TensorSlot& y) {
  const size_t rows = static_cast<size_t>(plan.Product(true));
  const bool columns = plan.columns();
  const size_t stride = columns ? static_cast<size_t>(plan.sizes[plan.groups - 1]) : 1;
  // Wide enough that a thread reads whole stretches of a row.
  ForEachOutputBlock(ctx, plan, /*most_columns=*/512, [&](const OutputBlock& block) {
    const float* in = x.as<float>() + block.base;
    float* out = y.as<float>() + block.first;
    if (columns) {
      op.columns(rows, block.n, in, stride, out);
    } else {
      *out = op.row(rows, in);
    }
    if (op.finish == nullptr) return;
    for (size_t i = 0; i < block.n; ++i) {
      out[i] = static_cast<float>(op.finish(static_cast<double>(out[i]), static_cast<double>(plan.count)));
    }
  });
}

int ReducedGroups(const ReducePlan& plan) {
  int count = 0;
  for (int g = 0; g < plan.groups; ++g) count += plan.reduced[g] ? 1 : 0;
  return count;
}

}  // namespace

void MakeReducePlan(const Shape& shape, const bool* reduced, ReducePlan* plan) {
  plan->groups = 0;
  plan->count = 1;
  for (int d = 0; d < shape.rank(); ++d) {
    if (reduced[d]) plan->count *= shape[d];
    if (shape[d] == 1) continue;
    if (plan->groups > 0 && plan->reduced[plan->groups - 1] == reduced[d]) {
      plan->sizes[plan->groups - 1] *= shape[d];
    } else {
      plan->sizes[plan->groups] = shape[d];
      plan->reduced[plan->groups++] = reduced[d];
    }
  }
  if (plan->groups == 0) {  // one element
    plan->sizes[0] = 1;
    plan->reduced[0] = false;
    plan->groups = 1;
  }
}

Status PrepareReduce(OpContext& ctx, uint8_t types) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 2, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, types));
  const auto* attrs = ctx.attrs<format::Reduce>();
  const TensorSlot& x = ctx.input(0);
  bool reduced[Shape::kMaxRank] = {}, any = false;
  LINNET_RETURN_IF_ERROR(ReadAxes(ctx, reduced, &any));
  ReducePlan* plan = ctx.NewState<ReducePlan>();
  if (plan == nullptr) return ctx.OutOfMemory();
  plan->copy = !any && attrs->noop_with_empty_axes();
  Shape shape;
  for (int d = 0; d < x.rank(); ++d) {
    if (!any && !plan->copy) reduced[d] = true;
    if (!reduced[d]) {
      shape.Append(x.shape[d]);
    } else if (attrs->keepdims()) {
      shape.Append(1);
    }
  }
  MakeReducePlan(x.shape, reduced, plan);
  return ctx.SetOutput(0, x.type, shape);
}

Status EvalReduce(OpContext& ctx, const ReduceOp& op) {
  const ReducePlan& plan = *ctx.state<ReducePlan>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  if (plan.copy && y.elements() > 0) {
    std::memcpy(y.data, x.data, TensorBytes(x.type, x.shape));
  } else if (!plan.copy) {
    RunReduce(ctx, op, plan, x, y);
  }
  return Status();
}

void RunReduce(OpContext& ctx, const ReduceOp& op, const ReducePlan& plan, const TensorSlot& x, const TensorSlot& y) {
  if (x.type == ElementType::kFloat32 && op.row != nullptr && ReducedGroups(plan) <= 1) {
    return RunKernels(ctx, op, plan, x, y);
  }
  WideKind kind = WideKindOf(x.type);
  if (op.integer == nullptr) kind = WideKind::kReal;
  ForEachOutputBlock(ctx, plan, kWideBlock,
                     [&](const OutputBlock& block) { RunWideBlock(op, plan, x, y, kind, block); });
}

}  // namespace linnet::ops
