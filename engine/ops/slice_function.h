// Ops that turn each slice along an axis into another: Softmax, LogSoftmax, Hardmax, LpNorm, Lrn.
#ifndef LINNET_ENGINE_OPS_SLICE_FUNCTION_H_
#define LINNET_ENGINE_OPS_SLICE_FUNCTION_H_

#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {

// A function of one slice of n elements along the axis.
struct SliceFunction {
  // Widened, in place; `spare` has room for n more.
  void (*compute)(const void* params, size_t n, double* slice, double* spare);
  const void* params = nullptr;
  // fp32, slices of neighbouring elements and of elements `stride` apart; null: by way of `compute`.
  void (*row)(size_t n, const float* in, float* out) = nullptr;
  void (*columns)(size_t n, size_t columns, const float* in, size_t stride, float* out) = nullptr;
};

// x is floating-point; y has its type and shape.
Status PrepareSlices(OpContext& ctx, int axis);
// y = function of each slice of x along the axis.
Status EvalSlices(OpContext& ctx, int axis, const SliceFunction& function);

// For ops with format::Axis.
inline Status PrepareAxisSlices(OpContext& ctx) { return PrepareSlices(ctx, ctx.attrs<format::Axis>()->axis()); }

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_SLICE_FUNCTION_H_
