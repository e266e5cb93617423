// QConvTranspose2D: ConvTranspose2D on int8: y = requantised(bias[j] + sum of (x - x's zero point) * weight[j] over
// taps and pixels); kernels/requantize.h has the arithmetic. As in fp32, one ordinary convolution per phase of the
// strides (kernels/pack.h), each row of y a matrix product whose results lie stride_w pixels apart. x [n, h, w, c],
// weight [group * N, kh, kw, c/group], bias int32 [group * N]?, nothing, multiplier float32 [group * N] or [1],
// weight_sum int32 [stride_h * stride_w, group * N] (beside panels) -> y [n, oh, ow, group * N].
#include "engine/ops/conv_transpose_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_common.h"
#include "format/storage.h"

namespace linnet::ops {
namespace {

constexpr int kBias = 2, kMultiplier = 4, kWeightSum = 5;
constexpr int64_t kMaxPhases = 4096;

struct QTransposeState {
  ConvGeometry geometry;  // in: of x, out: of y
  size_t width;           // of a panel
  int32_t zero_point;     // of x
  bool packs;             // the weight is plain: packed into shared scratch by each run
  size_t panel_bytes;     // of all groups
  size_t group_bytes;
  size_t* phase_offsets;  // bytes of panels of one group before a phase
  kernels::Requantize requantize;
};

kernels::TransposeWeight WeightOf(const ConvGeometry& g) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  return {size(g.group),    size(g.outputs / g.group),  size(g.h.kernel),
          size(g.w.kernel), size(g.channels / g.group), size(g.h.stride),
          size(g.w.stride), size(g.h.dilation),         size(g.w.dilation)};
}

// One row of y in one phase of its columns, of one group: geometry and sizes.
kernels::GemmI8 GemmOf(const QTransposeState& s, size_t m, size_t taps, const kernels::ConvRows* rows) {
  const ConvGeometry& g = s.geometry;
  kernels::GemmI8 gemm;
  gemm.m = m;
  gemm.n = static_cast<size_t>(g.outputs / g.group);
  gemm.k = taps * static_cast<size_t>(g.channels / g.group);
  gemm.conv = rows;
  gemm.a_pad = static_cast<int8_t>(s.zero_point);
  gemm.a_zero_point = s.zero_point;
  gemm.panel_width = s.width;
  gemm.requantize = s.requantize;
  return gemm;
}

size_t ScratchBytes(const QTransposeState& s) {
  return MostOfRows(s.geometry, [&](const kernels::ConvRows& rows, size_t m, size_t taps) {
    return PlanGemmI8(GemmOf(s, m, taps, &rows), 1).scratch_bytes;
  });
}

// Where each phase's panels lie, and how many bytes there are.
Status LocatePhases(OpContext& ctx, QTransposeState* s) {
  const ConvGeometry& g = s->geometry;
  const int64_t phases = g.h.stride * g.w.stride;
  if (phases > kMaxPhases) {
    return ctx.Unsupported("strides %lld x %lld", static_cast<long long>(g.h.stride),
                           static_cast<long long>(g.w.stride));
  }
  s->phase_offsets = static_cast<size_t*>(ctx.AllocateMemory(static_cast<size_t>(phases) * sizeof(size_t)));
  if (s->phase_offsets == nullptr) return ctx.OutOfMemory();
  const size_t columns = format::RoundUp(static_cast<size_t>(g.outputs / g.group), s->width);
  size_t bytes = 0;
  for (int64_t i = 0; i < phases; ++i) {
    s->phase_offsets[i] = bytes;
    const size_t taps = PhaseOf(g.h, i / g.w.stride).count * PhaseOf(g.w, i % g.w.stride).count;
    bytes += columns * format::RoundUp(taps * static_cast<size_t>(g.channels / g.group), 4);
  }
  s->group_bytes = bytes;
  s->panel_bytes = bytes * static_cast<size_t>(g.group);
  return Status();
}

Status CheckWeight(OpContext& ctx, QTransposeState* s) {
  const ConvGeometry& g = s->geometry;
  const TensorSlot& weight = ctx.input(1);
  const size_t n = static_cast<size_t>(g.outputs / g.group);
  s->packs = weight.order() == format::StorageOrder::Plain;
  s->width = s->packs ? format::PanelWidth(n) : weight.def->width();
  if (!s->packs && (weight.order() != format::StorageOrder::PanelsInt8 || s->width != format::PanelWidth(n) ||
                    weight.def->group() != static_cast<uint64_t>(g.group))) {
    return ctx.Invalid("weight %s has storage order %d, width %zu and %u sets", ctx.Describe(1),
                       static_cast<int>(weight.order()), s->width, weight.def->group());
  }
  LINNET_RETURN_IF_ERROR(LocatePhases(ctx, s));
  if (!s->packs && weight.def->bytes() != s->panel_bytes) {
    return ctx.Invalid("the weight has %llu bytes, its panels need %zu",
                       static_cast<unsigned long long>(weight.def->bytes()), s->panel_bytes);
  }
  int32_t* zero_points;
  LINNET_RETURN_IF_ERROR(ReadWeightZeroPoints(ctx, weight, g.outputs, &zero_points));
  if (zero_points != nullptr) return ctx.Unsupported("zero points of the weight");
  // x less its zero point has 9 bits.
  const int64_t k = 2 * g.h.kernel * g.w.kernel * (g.channels / g.group);
  LINNET_RETURN_IF_ERROR(CheckChannelOperands(ctx, {kBias, kMultiplier, -1}, g.outputs, k, /*sums=*/false));
  if (s->packs) return Status();
  if (!ctx.has_input(kWeightSum)) return ctx.Invalid("the sums of the packed weight are missing");
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(kWeightSum, ElementType::kInt32));
  if (ctx.input(kWeightSum).shape != Shape({g.h.stride * g.w.stride, g.outputs})) {
    return ctx.Invalid("weight_sum is %s, expected a row of %lld for each phase", ctx.Describe(kWeightSum),
                       static_cast<long long>(g.outputs));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 6, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kInt8));
  QTransposeState* state = ctx.NewState<QTransposeState>();
  if (state == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ResolveConvTranspose2D(ctx, &state->geometry));
  const ConvGeometry& g = state->geometry;
  if (ctx.has_input(3)) return ctx.Unsupported("a residual");
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt8, {g.batch, g.h.out, g.w.out, g.outputs}));
  TensorScale x;
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, ctx.input(0), "x", &x));
  state->zero_point = x.zero_point;
  const auto* activation = ctx.attrs<format::ConvTranspose2D>()->activation();
  LINNET_RETURN_IF_ERROR(ReadRequantize(ctx, activation, &state->requantize));
  LINNET_RETURN_IF_ERROR(CheckWeight(ctx, state));
  const size_t outputs = static_cast<size_t>(g.outputs), phases = static_cast<size_t>(g.h.stride * g.w.stride);
  const size_t packed = state->packs ? outputs * phases * sizeof(int32_t) + state->panel_bytes : 0;
  ctx.RequestScratch(outputs * sizeof(float) + packed, ScratchBytes(*state));
  return Status();
}

// What all rows share.
struct Operands {
  const int8_t* panels;
  const int32_t* sums;  // of group `group` and phase `phase` at sums + phase * phase_step + group * group_step
  size_t phase_step, group_step;
  const float* multiplier;
};

// One row of y, group `group`, the columns of phase r_w.
void EvalRow(OpContext& ctx, const QTransposeState& s, const Operands& operands, int64_t row, int64_t group,
             int64_t r_w, void* scratch) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const ConvGeometry& g = s.geometry;
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  const int64_t image = row / g.h.out, oy = row % g.h.out, ox = FirstOutput(g.w, r_w);
  if (ox >= g.w.out) return;
  const int64_t r_h = (oy + g.h.pad_begin) % g.h.stride;
  const kernels::TransposePhase v = PhaseOf(g.h, r_h), h = PhaseOf(g.w, r_w);
  const size_t m = size((g.w.out - ox + g.w.stride - 1) / g.w.stride), channels = size(g.channels / g.group);
  const kernels::ConvRows rows = {size(g.h.in), size(g.w.in), channels, size(x.row_stride), 1, m, v.count, h.count,
                                  1, 1, v.dilation, h.dilation, PadOf(g.h, v, oy), PadOf(g.w, h, ox)};
  kernels::GemmI8 gemm = GemmOf(s, m, v.count * h.count, &rows);
  const size_t first = size(group) * gemm.n, phase = size(r_h * g.w.stride + r_w);
  gemm.a = x.as<int8_t>() + image * g.h.in * g.w.in * x.row_stride + group * static_cast<int64_t>(channels);
  gemm.b = operands.panels + size(group) * s.group_bytes + s.phase_offsets[phase];
  gemm.b_sum = operands.sums + phase * operands.phase_step + size(group) * operands.group_step;
  if (ctx.has_input(kBias)) gemm.bias = ctx.input(kBias).as<int32_t>() + first;
  gemm.multiplier = operands.multiplier + first;
  gemm.c = y.as<int8_t>() + (row * g.w.out + ox) * y.row_stride + static_cast<int64_t>(first);
  gemm.c_stride = size(g.w.stride * y.row_stride);
  RunGemmI8(gemm, PlanGemmI8(gemm, 1), 0, scratch);
}

Status Eval(OpContext& ctx) {
  const QTransposeState& s = *ctx.state<QTransposeState>();
  const ConvGeometry& g = s.geometry;
  if (ctx.output(0).elements() == 0) return Status();
  const size_t outputs = static_cast<size_t>(g.outputs), phases = static_cast<size_t>(g.h.stride * g.w.stride);
  float* multiplier = static_cast<float*>(ctx.shared_scratch());
  Operands operands = {ctx.input(1).as<int8_t>(), Int32OrNull(ctx, kWeightSum), outputs,
                       outputs / static_cast<size_t>(g.group),
                       Multipliers(ctx.input(kMultiplier), g.outputs, multiplier)};
  if (s.packs) {
    int32_t* sums = reinterpret_cast<int32_t*>(multiplier + outputs);
    int8_t* panels = reinterpret_cast<int8_t*>(sums + outputs * phases);
    kernels::PackTransposePanelsInt8(WeightOf(g), s.width, ctx.input(1).as<int8_t>(), panels, sums);
    operands.panels = panels;
    operands.sums = sums;
  }
  const int64_t per_row = g.group * g.w.stride;
  ctx.Parallel(static_cast<size_t>(g.batch * g.h.out * per_row), [&](size_t task, int thread) {
    const int64_t i = static_cast<int64_t>(task);
    EvalRow(ctx, s, operands, i / per_row, i % per_row / g.w.stride, i % g.w.stride, ctx.thread_scratch(thread));
  });
  return Status();
}

}  // namespace

const OpDef kQConvTranspose2D = {format::OpCode::QConvTranspose2D,
                                 "QConvTranspose2D",
                                 format::OpAttrs::ConvTranspose2D,
                                 Prepare,
                                 Eval,
                                 kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
