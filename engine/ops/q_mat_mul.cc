// QMatMul: y = requantised(a x b + bias), as MatMul, all int8; kernels/requantize.h has the arithmetic.
// a [..., M, K], b [..., K, N] (or [..., N, K] with transpose_b), bias int32 [N]?, residual (none yet), multiplier
// float32 [N] or [1], weight_sum int32 [N] -> y [..., M, N]. b in panels: they are one matrix [K, N]; weight_sum is
// there, and the bias is less a's zero point times it. b as it lies (an activation): both zero points are subtracted in
// the run, and the bias is the source's.
#include "engine/ops/conv_common.h"
#include "engine/ops/mat_mul_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_common.h"

namespace linnet::ops {
namespace {

constexpr ChannelOperands kOperands = {/*bias=*/2, /*multiplier=*/4, /*weight_sum=*/5};

struct QMatMulState : MatMulGeometry {
  kernels::GemmI8B layout;
  int32_t a_zero_point, b_zero_point;
  int32_t* b_zero_points;  // of panels, or null
  kernels::Requantize requantize;
  kernels::GemmPlanI8 plan;
};

kernels::GemmI8 GemmOf(const OpContext& ctx, const QMatMulState& s) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const TensorSlot& a = ctx.input(0);
  const TensorSlot& b = ctx.input(1);
  kernels::GemmI8 gemm;
  gemm.m = size(s.m);
  gemm.n = size(s.n);
  gemm.k = size(s.k);
  gemm.a_stride = a.rank() > 1 ? size(a.row_stride) : gemm.k;
  gemm.b_layout = s.layout;
  gemm.b_stride = b.rank() > 1 ? size(b.row_stride) : gemm.k;
  if (s.layout == kernels::GemmI8B::kPanels) gemm.panel_width = b.def->width();
  gemm.a_zero_point = s.a_zero_point;
  gemm.b_zero_point = s.b_zero_point;
  gemm.b_zero_points = s.b_zero_points;
  gemm.requantize = s.requantize;
  return gemm;
}

Status PrepareOperands(OpContext& ctx, QMatMulState* s) {
  const TensorSlot& b = ctx.input(1);
  const bool panels = b.order() != format::StorageOrder::Plain;
  if (panels) {
    if (b.rank() != 2) return ctx.Unsupported("panels of b %s", ctx.Describe(1));
    LINNET_RETURN_IF_ERROR(CheckPanelsInt8(ctx, 1, 1, s->n, s->k));
    LINNET_RETURN_IF_ERROR(ReadWeightZeroPoints(ctx, b, s->n, &s->b_zero_points));
    s->layout = kernels::GemmI8B::kPanels;
  }
  const ChannelOrder order = PanelsInt8Order(s->n, s->k, panels ? b.def->width() : 1);
  // Less a zero point, weights have 9 bits, and so has an activation.
  const bool centred = panels && s->b_zero_points == nullptr;
  const int64_t terms = centred ? s->k : (panels ? 2 : 4) * s->k;
  LINNET_RETURN_IF_ERROR(CheckChannelOperands(ctx, kOperands, s->n, terms, panels, centred ? &order : nullptr));
  TensorScale a_scale, b_scale;
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, ctx.input(0), "a", &a_scale));
  if (panels) return Status();
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, b, "b", &b_scale));
  const bool transposed = b.rank() == 1 || ctx.attrs<format::MatMul>()->transpose_b();
  s->layout = transposed ? kernels::GemmI8B::kTransposed : kernels::GemmI8B::kRows;
  s->a_zero_point = a_scale.zero_point;
  s->b_zero_point = b_scale.zero_point;
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 6, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kInt8));
  QMatMulState* state = ctx.NewState<QMatMulState>();
  if (state == nullptr) return ctx.OutOfMemory();
  const auto& attrs = *ctx.attrs<format::MatMul>();
  if (attrs.a_heads() != 0 || attrs.b_heads() != 0 || attrs.y_heads() != 0) return ctx.Unsupported("operands in heads");
  Shape output;
  LINNET_RETURN_IF_ERROR(ResolveMatMul(ctx, attrs.transpose_b(), state, &output));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt8, output));
  if (ctx.has_input(3)) return ctx.Unsupported("a residual");
  LINNET_RETURN_IF_ERROR(ReadRequantize(ctx, attrs.activation(), &state->requantize));
  LINNET_RETURN_IF_ERROR(PrepareOperands(ctx, state));
  state->plan = PlanGemmI8(GemmOf(ctx, *state), ctx.threads(), static_cast<size_t>(state->batch));
  ctx.RequestScratch(static_cast<size_t>(state->n) * sizeof(float), state->plan.scratch_bytes);
  return Status();
}

Status Eval(OpContext& ctx) {
  const QMatMulState& s = *ctx.state<QMatMulState>();
  const TensorSlot& y = ctx.output(0);
  const TensorSlot& b = ctx.input(1);
  if (y.elements() == 0) return Status();
  kernels::GemmI8 all = GemmOf(ctx, s);
  all.bias = Int32OrNull(ctx, kOperands.bias);
  all.b_sum = Int32OrNull(ctx, kOperands.weight_sum);
  all.multiplier = Multipliers(ctx.input(kOperands.multiplier), s.n, static_cast<float*>(ctx.shared_scratch()));
  // Where b has rank 1, y's last dimension is M, and N is 1.
  const bool column = b.rank() == 1;
  all.c_stride = column ? 1 : static_cast<size_t>(y.row_stride);
  const size_t c_apart = column ? static_cast<size_t>(y.row_stride) : all.m * all.c_stride;
  const size_t b_bytes = static_cast<size_t>(b.rank() > 1 ? b.shape[b.rank() - 2] : 1) * all.b_stride;
  ctx.Parallel(s.plan.tasks * static_cast<size_t>(s.batch), [&](size_t task, int thread) {
    kernels::GemmI8 gemm = all;
    const size_t product = task / s.plan.tasks;
    int64_t a_index, b_index;
    Locate(s, static_cast<int64_t>(product), &a_index, &b_index);
    gemm.a = ctx.input(0).as<int8_t>() + static_cast<size_t>(a_index) * all.m * all.a_stride;
    gemm.b = b.as<int8_t>() + static_cast<size_t>(b_index) * b_bytes;
    gemm.c = y.as<int8_t>() + product * c_apart;
    RunGemmI8(gemm, s.plan, task % s.plan.tasks, ctx.thread_scratch(thread));
  });
  return Status();
}

}  // namespace

const OpDef kQMatMul = {format::OpCode::QMatMul,
                        "QMatMul",
                        format::OpAttrs::MatMul,
                        Prepare,
                        Eval,
                        kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
