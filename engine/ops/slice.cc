// Slice: out[i...] = in[start + i * step ...] along `axes`; inputs in, starts, ends, axes?, steps?. Negative starts and
// ends count from the end, then both are clamped to the tensor; steps may be negative.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

struct Window {
  int64_t start = 0;
  int64_t step = 1;
};

int64_t Clamped(int64_t value, int64_t low, int64_t high) { return value < low ? low : value > high ? high : value; }

// Resolves start, end and step of a dimension of `size`; returns the number of elements taken.
int64_t Resolve(int64_t size, int64_t start, int64_t end, int64_t step, Window* window) {
  if (size == 0) return 0;
  if (start < 0) start += size;
  if (end < 0) end += size;
  step = Clamped(step, -size - 1, size + 1);  // takes the same elements, and cannot overflow
  if (step > 0) {
    start = Clamped(start, 0, size);
    end = Clamped(end, 0, size);
  } else {
    start = Clamped(start, 0, size - 1);
    end = Clamped(end, -1, size - 1);
  }
  *window = {start, step};
  if (step > 0) return end > start ? (end - start - 1) / step + 1 : 0;
  return start > end ? (start - end - 1) / -step + 1 : 0;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 5, 1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  IntList starts, ends, axes, steps;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &starts));
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(2, &ends));
  if (starts.count != ends.count) return ctx.Invalid("%d starts, %d ends", starts.count, ends.count);
  if (ctx.has_input(3)) {
    LINNET_RETURN_IF_ERROR(ReadAxes(ctx, 3, nullptr, in.rank(), &axes));
  } else {
    if (starts.count > in.rank()) return ctx.Invalid("%d starts for %s", starts.count, ctx.Describe(0));
    while (axes.count < starts.count) axes.values[axes.count] = axes.count, ++axes.count;
  }
  if (axes.count != starts.count) return ctx.Invalid("%d starts, %d axes", starts.count, axes.count);
  if (ctx.has_input(4)) {
    LINNET_RETURN_IF_ERROR(ctx.ReadInts(4, &steps));
    if (steps.count != starts.count) return ctx.Invalid("%d starts, %d steps", starts.count, steps.count);
  }
  Window* windows = ctx.NewState<Window>(Shape::kMaxRank);
  if (windows == nullptr) return ctx.OutOfMemory();
  for (int d = 0; d < Shape::kMaxRank; ++d) windows[d] = {};
  Shape shape = in.shape;
  for (int k = 0; k < axes.count; ++k) {
    const int64_t step = steps.count != 0 ? steps[k] : 1;
    if (step == 0) return ctx.Invalid("step %d is 0", k);
    const int axis = static_cast<int>(axes[k]);
    shape[axis] = Resolve(in.shape[axis], starts[k], ends[k], step, &windows[axis]);
  }
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const Window* windows = ctx.state<Window>();
  const ByteStrides from(in), to(out);
  kernels::CopyPlan plan(BytesOf(in.type));
  const char* start = in.as<char>();
  for (int d = 0; d < in.rank(); ++d) {
    start += windows[d].start * from[d];
    plan.Append(out.shape[d], windows[d].step * from[d], to[d]);
  }
  RunCopy(ctx, plan, start, out.data);
  return {};
}

}  // namespace

const OpDef kSlice = {format::OpCode::Slice,           "Slice", format::OpAttrs::NONE, Prepare, Eval,
                      kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
