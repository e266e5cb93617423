// ConvInteger: y = sum over taps and channels of (x - x_zero_point) * (weight[j] - w_zero_point), in int32. What lies
// outside of the image adds nothing.
// x [n, h, w, c], weight [N, kh, kw, c/group], int8 or uint8 each, x_zero_point scalar?, w_zero_point scalar or [N]?,
// weight_sum int32 [N] (beside panels of int8) -> y [n, oh, ow, N].
#include "engine/ops/conv_common.h"
#include "engine/ops/integer_common.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

struct ConvIntegerState {
  ConvGeometry geometry;
  bool pointwise, panels;
  kernels::GemmPlanI8 plan;
};

// The product of group 0; pointers are set by Eval.
kernels::GemmI8 GemmOf(const OpContext& ctx, const ConvIntegerState& s, int64_t x_stride,
                       const kernels::ConvRows* rows) {
  const ConvGeometry& g = s.geometry;
  kernels::GemmI8 gemm;
  gemm.m = static_cast<size_t>(g.batch * g.h.out * g.w.out);
  gemm.n = static_cast<size_t>(g.outputs / g.group);
  gemm.k = static_cast<size_t>(g.h.kernel * g.w.kernel * (g.channels / g.group));
  gemm.a_stride = static_cast<size_t>(x_stride);
  gemm.conv = s.pointwise ? nullptr : rows;
  gemm.a_flip = FlipOf(ctx.input(0).type);
  gemm.b_flip = FlipOf(ctx.input(1).type);
  gemm.b_layout = s.panels ? kernels::GemmI8B::kPanels : kernels::GemmI8B::kTransposed;
  gemm.b_stride = gemm.k;
  if (s.panels) gemm.panel_width = ctx.input(1).def->width();
  return gemm;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 5, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  ConvIntegerState* state = ctx.NewState<ConvIntegerState>();
  if (state == nullptr) return ctx.OutOfMemory();
  ConvGeometry& g = state->geometry;
  LINNET_RETURN_IF_ERROR(ResolveConv2D(ctx, *ctx.attrs<format::Conv2D>(), &g));
  const int64_t n = g.outputs / g.group, k = g.h.kernel * g.w.kernel * (g.channels / g.group);
  state->panels = ctx.input(1).order() != format::StorageOrder::Plain;
  state->pointwise = IsPointwise(g);
  const auto* activation = ctx.attrs<format::Conv2D>()->activation();
  if (activation != nullptr && activation->kind() != format::ActivationKind::None) {
    return ctx.Unsupported("an activation on int32");
  }
  LINNET_RETURN_IF_ERROR(CheckIntegerOperands(ctx, g.outputs, k, state->panels));
  if (state->panels) LINNET_RETURN_IF_ERROR(CheckPanelsInt8(ctx, 1, g.group, n, k));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt32, {g.batch, g.h.out, g.w.out, g.outputs}));
  const kernels::ConvRows rows = RowsOf(g, g.channels);
  kernels::GemmI8 gemm = GemmOf(ctx, *state, g.channels, &rows);
  gemm.b_zero_point = 1;  // there may be one
  state->plan = PlanGemmI8(gemm, ctx.threads(), static_cast<size_t>(g.group));
  ctx.RequestScratch(static_cast<size_t>(g.outputs) * sizeof(int32_t), state->plan.scratch_bytes);
  return Status();
}

// Moves the product of group 0 to that of `group`.
kernels::GemmI8 ForGroup(const ConvIntegerState& state, kernels::GemmI8 gemm, size_t group) {
  const size_t first = group * gemm.n;
  gemm.a += group * static_cast<size_t>(state.geometry.channels / state.geometry.group);
  const size_t columns = (gemm.n + gemm.panel_width - 1) / gemm.panel_width * gemm.panel_width;
  gemm.b += group * (state.panels ? columns * ((gemm.k + 3) / 4 * 4) : gemm.n * gemm.k);
  if (gemm.b_sum != nullptr) gemm.b_sum += first;
  if (gemm.b_zero_points != nullptr) gemm.b_zero_points += first;
  gemm.c = static_cast<int32_t*>(gemm.c) + first;
  return gemm;
}

Status Eval(OpContext& ctx) {
  const ConvIntegerState& state = *ctx.state<ConvIntegerState>();
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  if (y.elements() == 0) return Status();
  const kernels::ConvRows rows = RowsOf(state.geometry, x.row_stride);
  kernels::GemmI8 gemm = GemmOf(ctx, state, x.row_stride, &rows);
  SetZeroPoints(ctx, state.geometry.outputs, static_cast<int32_t*>(ctx.shared_scratch()), &gemm);
  // Padding is the zero point, as it lies in x: zero where there is none.
  gemm.a_pad = ctx.has_input(2) ? *ctx.input(2).as<int8_t>() : 0;
  gemm.a = x.as<int8_t>();
  gemm.b = ctx.input(1).as<int8_t>();
  gemm.b_sum = Int32OrNull(ctx, 4);
  gemm.c = y.data;
  gemm.c_stride = static_cast<size_t>(y.row_stride);
  ctx.Parallel(state.plan.tasks * static_cast<size_t>(state.geometry.group), [&](size_t task, int thread) {
    RunGemmI8(ForGroup(state, gemm, task / state.plan.tasks), state.plan, task % state.plan.tasks,
              ctx.thread_scratch(thread));
  });
  return Status();
}

}  // namespace

const OpDef kConvInteger = {format::OpCode::ConvInteger,
                            "ConvInteger",
                            format::OpAttrs::Conv2D,
                            Prepare,
                            Eval,
                            kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
