// QConv2D: y = requantised(sum over taps and channels of x * (weight[j] - weight's zero point) + bias[j]), all int8;
// kernels/requantize.h has the arithmetic. What lies outside of the image is x's zero point.
// x [n, h, w, c], weight [N, kh, kw, c/group], bias int32 [N]? (less x's zero point times the weight's sum), residual
// (none yet), multiplier float32 [N] or [1], weight_sum int32 [N] (beside panels) -> y [n, oh, ow, N].
#include "engine/ops/conv_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_common.h"

namespace linnet::ops {
namespace {

constexpr ChannelOperands kOperands = {/*bias=*/2, /*multiplier=*/4, /*weight_sum=*/5};

struct QConvState {
  ConvGeometry geometry;
  bool pointwise;  // rows are pixels as they lie
  bool panels;
  int8_t pad;
  int32_t* weight_zero_points;  // or null
  kernels::Requantize requantize;
  kernels::GemmPlanI8 plan;
};

// The product of group 0; pointers are set by Eval.
kernels::GemmI8 GemmOf(const OpContext& ctx, const QConvState& state, int64_t x_stride, const kernels::ConvRows* rows) {
  const ConvGeometry& g = state.geometry;
  kernels::GemmI8 gemm;
  gemm.m = static_cast<size_t>(g.batch * g.h.out * g.w.out);
  gemm.n = static_cast<size_t>(g.outputs / g.group);
  gemm.k = static_cast<size_t>(g.h.kernel * g.w.kernel * (g.channels / g.group));
  gemm.a_stride = static_cast<size_t>(x_stride);
  gemm.conv = state.pointwise ? nullptr : rows;
  gemm.a_pad = state.pad;
  gemm.b_layout = state.panels ? kernels::GemmI8B::kPanels : kernels::GemmI8B::kTransposed;
  gemm.b_stride = gemm.k;
  if (state.panels) gemm.panel_width = ctx.input(1).def->width();
  gemm.b_zero_points = state.weight_zero_points;
  gemm.requantize = state.requantize;
  return gemm;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 6, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kInt8));
  const auto& attrs = *ctx.attrs<format::Conv2D>();
  QConvState* state = ctx.NewState<QConvState>();
  if (state == nullptr) return ctx.OutOfMemory();
  ConvGeometry& g = state->geometry;
  LINNET_RETURN_IF_ERROR(ResolveConv2D(ctx, attrs, &g));
  const int64_t n = g.outputs / g.group, k = g.h.kernel * g.w.kernel * (g.channels / g.group);
  state->panels = ctx.input(1).order() != format::StorageOrder::Plain;
  if (state->panels) LINNET_RETURN_IF_ERROR(CheckPanelsInt8(ctx, 1, g.group, n, k));
  LINNET_RETURN_IF_ERROR(ReadWeightZeroPoints(ctx, ctx.input(1), g.outputs, &state->weight_zero_points));
  const ChannelOrder order = state->panels ? PanelsInt8Order(n, k, ctx.input(1).def->width()) : RowsOrder(n, k);
  // Less a zero point, weights have 9 bits.
  const bool centred = state->weight_zero_points == nullptr;
  LINNET_RETURN_IF_ERROR(CheckChannelOperands(ctx, kOperands, g.outputs, centred ? k : 2 * k, state->panels,
                                              centred ? &order : nullptr));
  if (ctx.has_input(3)) return ctx.Unsupported("a residual");
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt8, {g.batch, g.h.out, g.w.out, g.outputs}));
  TensorScale x;
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, ctx.input(0), "x", &x));
  LINNET_RETURN_IF_ERROR(ReadRequantize(ctx, attrs.activation(), &state->requantize));
  state->pad = static_cast<int8_t>(x.zero_point);
  state->pointwise = IsPointwise(g);
  const kernels::ConvRows rows = RowsOf(g, g.channels);
  state->plan = PlanGemmI8(GemmOf(ctx, *state, g.channels, &rows), ctx.threads(), static_cast<size_t>(g.group));
  ctx.RequestScratch(static_cast<size_t>(g.outputs) * sizeof(float), state->plan.scratch_bytes);
  return Status();
}

// Moves the product of group 0 to that of `group`.
kernels::GemmI8 ForGroup(const QConvState& state, kernels::GemmI8 gemm, size_t group) {
  const size_t first = group * gemm.n;
  gemm.a += group * static_cast<size_t>(state.geometry.channels / state.geometry.group);
  const size_t columns = (gemm.n + gemm.panel_width - 1) / gemm.panel_width * gemm.panel_width;
  gemm.b += group * (state.panels ? columns * ((gemm.k + 3) / 4 * 4) : gemm.n * gemm.k);
  if (gemm.bias != nullptr) gemm.bias += first;
  if (gemm.b_sum != nullptr) gemm.b_sum += first;
  if (gemm.b_zero_points != nullptr) gemm.b_zero_points += first;
  gemm.multiplier += first;
  gemm.c = static_cast<int8_t*>(gemm.c) + first;
  return gemm;
}

Status Eval(OpContext& ctx) {
  const QConvState& state = *ctx.state<QConvState>();
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  if (y.elements() == 0) return Status();
  const kernels::ConvRows rows = RowsOf(state.geometry, x.row_stride);
  kernels::GemmI8 gemm = GemmOf(ctx, state, x.row_stride, &rows);
  gemm.a = x.as<int8_t>();
  gemm.b = ctx.input(1).as<int8_t>();
  gemm.bias = Int32OrNull(ctx, kOperands.bias);
  gemm.b_sum = state.panels ? Int32OrNull(ctx, kOperands.weight_sum) : nullptr;
  gemm.multiplier = Multipliers(ctx.input(kOperands.multiplier), state.geometry.outputs,
                                static_cast<float*>(ctx.shared_scratch()));
  gemm.c = y.data;
  gemm.c_stride = static_cast<size_t>(y.row_stride);
  ctx.Parallel(state.plan.tasks * static_cast<size_t>(state.geometry.group), [&](size_t task, int thread) {
    RunGemmI8(ForGroup(state, gemm, task / state.plan.tasks), state.plan, task % state.plan.tasks,
              ctx.thread_scratch(thread));
  });
  return Status();
}

}  // namespace

const OpDef kQConv2D = {format::OpCode::QConv2D,
                        "QConv2D",
                        format::OpAttrs::Conv2D,
                        Prepare,
                        Eval,
                        kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
