// Conv2D: y[b, oy, ox, j] = activation(sum over taps and channels of x * weight[j] + bias[j] + residual[b, oy, ox, j]).
// x [n, h, w, c], weight [N, kh, kw, c/group], bias [N]?, residual [n, oh, ow, N]? -> y [n, oh, ow, N].
// fp32 through the GEMM kernel: pixels (1x1) or patches as rows, the weight as panels; 3x3 with stride 1 through Winograd's
// products where that gains. Any other real type by widening.
#include <utility>

#include "engine/ops/conv_common.h"
#include "engine/ops/ops.h"
#include "kernels/winograd_f32.h"

namespace linnet::ops {
namespace {

struct ConvState {
  ConvGeometry geometry;
  kernels::GemmB weight_layout;
  bool pointwise;  // rows are pixels as they lie
  bool winograd;
  kernels::GemmPlanF32 plan;              // unless winograd
  kernels::WinogradPlanF32 winograd_plan;
  kernels::GemmPlanF32 band_plan;  // of a stage in a chain
};

// The product of group 0; pointers are set by Eval.
kernels::GemmF32 GemmOf(const ConvState& state, int64_t x_stride, const kernels::ConvRows* rows) {
  const ConvGeometry& g = state.geometry;
  kernels::GemmF32 gemm;
  gemm.m = static_cast<size_t>(g.batch * g.h.out * g.w.out);
  gemm.n = static_cast<size_t>(g.outputs / g.group);
  gemm.k = static_cast<size_t>(g.h.kernel * g.w.kernel * (g.channels / g.group));
  gemm.a_stride = static_cast<size_t>(x_stride);
  gemm.conv = state.pointwise ? nullptr : rows;
  gemm.b_layout = state.weight_layout;
  gemm.b_stride = gemm.k;
  return gemm;
}

// The convolution as Winograd's; pointers are set by Eval. REQUIRES: one group, 3x3, stride 1, no dilation.
kernels::WinogradF32 WinogradOf(const ConvGeometry& g) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  kernels::WinogradF32 w;
  w.batch = size(g.batch), w.in_h = size(g.h.in), w.in_w = size(g.w.in), w.channels = size(g.channels);
  w.out_h = size(g.h.out), w.out_w = size(g.w.out), w.n = size(g.outputs);
  w.pad_top = size(g.h.pad_begin), w.pad_left = size(g.w.pad_begin);
  return w;
}

bool UseWinograd(const OpContext& ctx, const ConvState& state) {
  const ConvGeometry& g = state.geometry;
  const bool plain = g.group == 1 && g.h.stride == 1 && g.w.stride == 1 && g.h.dilation == 1 && g.w.dilation == 1;
  const bool packed = state.weight_layout == kernels::GemmB::kPanels && ctx.input(1).def->width() == 16;
  const bool some = g.batch * g.h.out * g.w.out * g.outputs * g.channels > 0;
  if (!plain || g.h.kernel != 3 || g.w.kernel != 3 || !packed || !some || ctx.exact_order()) return false;
  const kernels::WinogradF32 w = WinogradOf(g);
  const kernels::WinogradCostF32 cost = CostOfWinogradF32(w);
  MethodEvent event = {};
  event.method = "winograd", event.other = "direct";
  event.cost = cost.winograd / 1e6, event.other_cost = cost.direct / 1e6;
  event.unit = "million multiply-adds";
  const bool gains = WinogradGainsF32(w);
  if (!gains) {
    std::swap(event.method, event.other);
    std::swap(event.cost, event.other_cost);
  }
  return ctx.Takes(event) == gains;
}

Status PrepareF32(OpContext& ctx, ConvState* state) {
  const ConvGeometry& g = state->geometry;
  const int64_t n = g.outputs / g.group, k = g.h.kernel * g.w.kernel * (g.channels / g.group);
  state->weight_layout = kernels::GemmB::kTransposed;
  if (ctx.input(1).order() != format::StorageOrder::Plain) {
    LINNET_RETURN_IF_ERROR(CheckPanels(ctx, 1, g.group, n, k, &state->weight_layout));
  } else {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  }
  state->winograd = UseWinograd(ctx, *state);
  if (state->winograd) {
    state->winograd_plan = PlanWinogradF32(WinogradOf(g), ctx.threads());
    ctx.RequestScratch(state->winograd_plan.shared_bytes, state->winograd_plan.scratch_bytes);
    return Status();
  }
  state->pointwise = IsPointwise(g);
  const kernels::ConvRows rows = RowsOf(g, g.channels);
  kernels::GemmF32 gemm = GemmOf(*state, g.channels, &rows);
  if (ctx.input(1).order() != format::StorageOrder::Plain) gemm.panel_width = ctx.input(1).def->width();
  state->plan = PlanGemmF32(gemm, ctx.threads(), static_cast<size_t>(g.group));
  ctx.RequestScratch(0, state->plan.scratch_bytes);
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 4, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectConvType(ctx));
  const auto& attrs = *ctx.attrs<format::Conv2D>();
  ConvState* state = ctx.NewState<ConvState>();
  if (state == nullptr) return ctx.OutOfMemory();
  ConvGeometry& g = state->geometry;
  LINNET_RETURN_IF_ERROR(ResolveConv2D(ctx, attrs, &g));
  const Shape output = {g.batch, g.h.out, g.w.out, g.outputs};
  LINNET_RETURN_IF_ERROR(CheckEpilogue(ctx, output, attrs.activation()));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ctx.input(0).type, output));
  if (ctx.input(0).type == ElementType::kFloat32) return PrepareF32(ctx, state);
  if (ctx.input(1).order() != format::StorageOrder::Plain) {
    return ctx.Unsupported("a packed weight for x %s", ctx.Describe(0));
  }
  return ctx.ExpectSameType(1);
}

// Moves the product of group 0 to that of `group`.
kernels::GemmF32 ForGroup(const ConvState& state, kernels::GemmF32 gemm, size_t group) {
  const size_t channels = static_cast<size_t>(state.geometry.channels / state.geometry.group);
  gemm.a += group * channels;
  const size_t columns = state.weight_layout == kernels::GemmB::kTransposed
                             ? gemm.n
                             : (gemm.n + gemm.panel_width - 1) / gemm.panel_width * gemm.panel_width;
  const size_t element = state.weight_layout == kernels::GemmB::kPanelsF16 ? sizeof(uint16_t) : sizeof(float);
  gemm.b = static_cast<const char*>(gemm.b) + group * columns * gemm.k * element;
  if (gemm.bias != nullptr) gemm.bias += group * gemm.n;
  if (gemm.residual != nullptr) gemm.residual += group * gemm.n;
  gemm.c += group * gemm.n;
  return gemm;
}

void ConvolveWinograd(OpContext& ctx, const ConvState& state, const kernels::Activation& activation) {
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  kernels::WinogradF32 w = WinogradOf(state.geometry);
  w.x = x.as<float>();
  w.x_stride = static_cast<size_t>(x.row_stride);
  w.filters = ctx.input(1).as<float>();
  w.bias = FloatsOrNull(ctx, 2);
  w.residual = FloatsOrNull(ctx, 3);
  w.residual_stride = ctx.has_input(3) ? static_cast<size_t>(ctx.input(3).row_stride) : 0;
  w.y = y.as<float>();
  w.y_stride = static_cast<size_t>(y.row_stride);
  w.activation = activation;
  const kernels::WinogradPlanF32& plan = state.winograd_plan;
  float* shared = static_cast<float*>(ctx.shared_scratch());
  for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
    ctx.Parallel(plan.input_tasks, [&](size_t task, int) { plan.transform(w, plan, chunk, task, shared); });
    ctx.Parallel(plan.product_tasks, [&](size_t task, int thread) {
      plan.multiply(w, plan, chunk, task, shared, static_cast<float*>(ctx.thread_scratch(thread)));
    });
  }
}

// The product of group 0 with all its operands but the image, which `rows` are patches of.
kernels::GemmF32 GemmWithOperands(const OpContext& ctx, const ConvState& state, const kernels::ConvRows* rows) {
  const TensorSlot& y = ctx.output(0);
  kernels::GemmF32 gemm = GemmOf(state, ctx.input(0).row_stride, rows);
  gemm.b = ctx.input(1).data;
  if (ctx.input(1).order() != format::StorageOrder::Plain) gemm.panel_width = ctx.input(1).def->width();
  gemm.bias = FloatsOrNull(ctx, 2);
  gemm.residual = FloatsOrNull(ctx, 3);
  gemm.residual_stride = ctx.has_input(3) ? static_cast<size_t>(ctx.input(3).row_stride) : 0;
  gemm.c = y.as<float>();
  gemm.c_stride = static_cast<size_t>(y.row_stride);
  gemm.activation = ToKernel(ctx.attrs<format::Conv2D>()->activation());
  return gemm;
}

Status Eval(OpContext& ctx) {
  const ConvState& state = *ctx.state<ConvState>();
  const TensorSlot& x = ctx.input(0);
  if (ctx.output(0).elements() == 0) return Status();
  const kernels::Activation activation = ToKernel(ctx.attrs<format::Conv2D>()->activation());
  if (x.type != ElementType::kFloat32) {
    ConvolveWide(ctx, state.geometry, /*depthwise=*/false, activation);
    return Status();
  }
  if (state.winograd) {
    ConvolveWinograd(ctx, state, activation);
    return Status();
  }
  const kernels::ConvRows rows = RowsOf(state.geometry, x.row_stride);
  kernels::GemmF32 gemm = GemmWithOperands(ctx, state, &rows);
  gemm.a = x.as<float>();
  ctx.Parallel(state.plan.tasks * static_cast<size_t>(state.geometry.group), [&](size_t task, int thread) {
    RunGemmF32(ForGroup(state, gemm, task / state.plan.tasks), state.plan, task % state.plan.tasks,
               static_cast<float*>(ctx.thread_scratch(thread)));
  });
  return Status();
}

// --- As a stage of a chain, but for Winograd's products ---

bool DescribeBand(OpContext& ctx, BandGeometry* geometry) {
  const ConvState& state = *ctx.state<ConvState>();
  const ConvGeometry& g = state.geometry;
  if (ctx.input(0).type != ElementType::kFloat32 || g.batch != 1 || g.group != 1 || state.winograd) return false;
  *geometry = BandOf(g.h);
  return ctx.output(0).elements() > 0;
}

size_t PlanBand(OpContext& ctx, size_t rows) {
  ConvState& state = *ctx.state<ConvState>();
  const kernels::ConvRows patches = RowsOf(state.geometry, ctx.input(0).row_stride);
  kernels::GemmF32 gemm = GemmWithOperands(ctx, state, &patches);
  gemm.m = rows * static_cast<size_t>(state.geometry.w.out);
  state.band_plan = PlanGemmF32(gemm, 1);
  return state.band_plan.scratch_bytes;
}

void RunBand(OpContext& ctx, const Band& band) {
  const ConvState& state = *ctx.state<ConvState>();
  const size_t width = static_cast<size_t>(state.geometry.w.out), first = band.begin * width;
  kernels::ConvRows patches = RowsOf(state.geometry, ctx.input(0).row_stride);
  kernels::GemmF32 gemm = GemmWithOperands(ctx, state, &patches);
  gemm.m = (band.end - band.begin) * width;
  gemm.a = static_cast<const float*>(band.x);
  if (state.pointwise) {
    gemm.a += first * gemm.a_stride;
  } else {  // an image of the band's rows, which begins below the whole one's padding
    patches.out_h = band.end - band.begin;
    patches.pad_top -= band.begin * patches.stride_h;
  }
  gemm.c = static_cast<float*>(band.y) + first * gemm.c_stride;
  if (gemm.residual != nullptr) gemm.residual += first * gemm.residual_stride;
  RunGemmF32(gemm, state.band_plan, 0, static_cast<float*>(band.scratch));
}

constexpr BandOp kBand = {DescribeBand, PlanBand, RunBand};

}  // namespace

const OpDef kConv2D = {format::OpCode::Conv2D,
                       "Conv2D",
                       format::OpAttrs::Conv2D,
                       Prepare,
                       Eval,
                       kInPlace3 | kStridedInputs | kStridedOutputs | kPackedInputs,
                       /*version=*/1,
                       /*custom=*/nullptr,
                       &kBand};

}  // namespace linnet::ops
