// MatMulInteger: y = (a - a_zero_point) x (b - b_zero_point), as MatMul, in int32.
// a [..., M, K], b [..., K, N], int8 or uint8 each, a_zero_point scalar?, b_zero_point scalar or [N]?, weight_sum int32
// [N] (beside panels of int8) -> y [..., M, N]. b [N, K] with transpose_b.
#include "engine/ops/conv_common.h"
#include "engine/ops/integer_common.h"
#include "engine/ops/mat_mul_common.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

struct IntegerState : MatMulGeometry {
  kernels::GemmI8B layout;
  kernels::GemmPlanI8 plan;
};

kernels::GemmI8 GemmOf(const OpContext& ctx, const IntegerState& s) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const TensorSlot& a = ctx.input(0);
  const TensorSlot& b = ctx.input(1);
  kernels::GemmI8 gemm;
  gemm.m = size(s.m);
  gemm.n = size(s.n);
  gemm.k = size(s.k);
  gemm.a_stride = a.rank() > 1 ? size(a.row_stride) : gemm.k;
  gemm.a_flip = FlipOf(a.type);
  gemm.b_flip = FlipOf(b.type);
  gemm.b_layout = s.layout;
  gemm.b_stride = b.rank() > 1 ? size(b.row_stride) : gemm.k;
  if (s.layout == kernels::GemmI8B::kPanels) gemm.panel_width = b.def->width();
  return gemm;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 5, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  IntegerState* state = ctx.NewState<IntegerState>();
  if (state == nullptr) return ctx.OutOfMemory();
  const bool transpose_b = ctx.attrs<format::MatMul>()->transpose_b();
  Shape output;
  LINNET_RETURN_IF_ERROR(ResolveMatMul(ctx, transpose_b, state, &output));
  const TensorSlot& b = ctx.input(1);
  const bool panels = b.order() != format::StorageOrder::Plain;
  LINNET_RETURN_IF_ERROR(CheckIntegerOperands(ctx, state->n, state->k, panels));
  state->layout = b.rank() == 1 || transpose_b ? kernels::GemmI8B::kTransposed : kernels::GemmI8B::kRows;
  if (panels) {
    if (b.rank() != 2) return ctx.Unsupported("panels of b %s", ctx.Describe(1));
    LINNET_RETURN_IF_ERROR(CheckPanelsInt8(ctx, 1, 1, state->n, state->k));
    state->layout = kernels::GemmI8B::kPanels;
  }
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt32, output));
  kernels::GemmI8 gemm = GemmOf(ctx, *state);
  gemm.b_zero_point = 1;  // there may be one
  state->plan = PlanGemmI8(gemm, ctx.threads(), static_cast<size_t>(state->batch));
  ctx.RequestScratch(static_cast<size_t>(state->n) * sizeof(int32_t), state->plan.scratch_bytes);
  return Status();
}

Status Eval(OpContext& ctx) {
  const IntegerState& s = *ctx.state<IntegerState>();
  const TensorSlot& y = ctx.output(0);
  const TensorSlot& b = ctx.input(1);
  if (y.elements() == 0) return Status();
  kernels::GemmI8 all = GemmOf(ctx, s);
  SetZeroPoints(ctx, s.n, static_cast<int32_t*>(ctx.shared_scratch()), &all);
  all.b_sum = Int32OrNull(ctx, 4);
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
    gemm.c = y.as<int32_t>() + product * c_apart;
    RunGemmI8(gemm, s.plan, task % s.plan.tasks, ctx.thread_scratch(thread));
  });
  return Status();
}

}  // namespace

const OpDef kMatMulInteger = {format::OpCode::MatMulInteger,
                              "MatMulInteger",
                              format::OpAttrs::MatMul,
                              Prepare,
                              Eval,
                              kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
