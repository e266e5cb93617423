#include "engine/ops/slice_function.h"

#include "engine/ops/slices.h"

namespace linnet::ops {
namespace {

// One slice, element by element where it is not contiguous.
void RunWideSlice(const SliceFunction& function, const TensorSlot& x, const TensorSlot& y, int64_t first, int64_t n,
                  int64_t stride, double* buffer) {
  Wide value;
  for (int64_t i = 0; i < n; ++i) {
    Widen(x.type, x.data, first + i * stride, 1, WideKind::kReal, &value);
    buffer[i] = value.f;
  }
  function.compute(function.params, static_cast<size_t>(n), buffer, buffer + n);
  for (int64_t i = 0; i < n; ++i) {
    value.f = buffer[i];
    Narrow(y.type, &value, WideKind::kReal, first + i * stride, 1, y.data);
  }
}

}  // namespace

Status PrepareSlices(OpContext& ctx, int axis) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const TensorSlot& x = ctx.input(0);
  int resolved;
  // A scalar has the one axis that its single element would have.
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axis, x.rank() > 0 ? x.rank() : 1, &resolved));
  ctx.RequestScratch(0, static_cast<size_t>(SlicesOf(x.shape, axis).n) * 2 * sizeof(double));
  return ctx.SetOutput(0, x.type, x.shape);
}

Status EvalSlices(OpContext& ctx, int axis, const SliceFunction& function) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Slices s = SlicesOf(x.shape, axis);
  const bool kernel = x.type == ElementType::kFloat32 && function.row != nullptr;
  // Columns are taken together, as many as a few vectors hold, so that rows of memory are read in order.
  ForEachSliceBlock(ctx, s, kernel ? 64 : 1, kParallelElements / 4, [&](const SliceBlock& block, int thread) {
    if (!kernel) {
      RunWideSlice(function, x, y, block.first, s.n, s.inner, static_cast<double*>(ctx.thread_scratch(thread)));
    } else if (s.inner == 1) {
      function.row(static_cast<size_t>(s.n), x.as<float>() + block.first, y.as<float>() + block.first);
    } else {
      function.columns(static_cast<size_t>(s.n), static_cast<size_t>(block.count), x.as<float>() + block.first,
                       static_cast<size_t>(s.inner), y.as<float>() + block.first);
    }
  });
  return Status();
}

}  // namespace linnet::ops
