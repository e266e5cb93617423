// QDynamicMatMul: y = activation((a x b) * scale + bias + residual), fp32, with b in int8 and a quantised in the run, each
// row by itself: step = max |a[i, p]| / 127, q = round_half_even(a / step); then exact int32 sums, times step * scale[j].
// a float32 [..., M, K], b int8 panels of [K, N] (or [N, K] with transpose_b), bias float32 [N]?, residual float32
// [..., M, N]?, scale float32 [N], weight_sum int32 [N] -> y float32 [..., M, N]. A row with NaN or an infinity gives NaN.
#include <cstring>

#include "engine/ops/conv_common.h"
#include "engine/ops/mat_mul_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_common.h"
#include "kernels/quantize.h"

namespace linnet::ops {
namespace {

constexpr int kB = 1, kBias = 2, kResidual = 3, kScale = 4, kWeightSum = 5;
constexpr float kLevels = 127;
constexpr float kLeast = 1e-30f;  // rows of smaller numbers are zeros: their step would be no normal number
constexpr uint32_t kInfinityBits = 0x7f800000;

struct State : MatMulGeometry {
  kernels::GemmPlanI8 plan;
  size_t steps_offset;  // in the shared scratch, behind the quantised rows
};

kernels::GemmI8 GemmOf(const OpContext& ctx, const State& s) {
  kernels::GemmI8 gemm;
  gemm.m = static_cast<size_t>(s.m);
  gemm.n = static_cast<size_t>(s.n);
  gemm.k = static_cast<size_t>(s.k);
  gemm.a_stride = gemm.k;
  gemm.b_layout = kernels::GemmI8B::kPanels;
  gemm.panel_width = ctx.input(kB).def->width();
  return gemm;
}

Status CheckChannels(OpContext& ctx, int64_t n) {
  if (!ctx.has_input(kScale) || !ctx.has_input(kWeightSum)) return ctx.Invalid("scale and weight_sum are missing");
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(kScale, ElementType::kFloat32));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(kWeightSum, ElementType::kInt32));
  for (int i : {kScale, kWeightSum}) {
    if (ctx.input(i).shape != Shape({n})) return ctx.Invalid("input %d is %s, expected [N]", i, ctx.Describe(i));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 6, 1, 1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kFloat32));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(kB, ElementType::kInt8));
  const TensorSlot& b = ctx.input(kB);
  if (b.rank() != 2 || b.order() != format::StorageOrder::PanelsInt8) {
    return ctx.Unsupported("b is %s, expected int8 panels of a matrix", ctx.Describe(kB));
  }
  State* state = ctx.NewState<State>();
  if (state == nullptr) return ctx.OutOfMemory();
  const auto& attrs = *ctx.attrs<format::MatMul>();
  Shape output;
  LINNET_RETURN_IF_ERROR(ResolveMatMul(ctx, attrs.transpose_b(), state, &output));
  LINNET_RETURN_IF_ERROR(CheckPanelsInt8(ctx, kB, 1, state->n, state->k));
  LINNET_RETURN_IF_ERROR(CheckChannels(ctx, state->n));
  LINNET_RETURN_IF_ERROR(CheckEpilogue(ctx, output, attrs.activation()));
  if (!kernels::SumFitsInt32(static_cast<uint64_t>(state->k), 0)) {
    return ctx.Unsupported("sums of %lld products could overflow int32", static_cast<long long>(state->k));
  }
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kFloat32, output));
  size_t bytes;
  if (__builtin_mul_overflow(static_cast<size_t>(state->m), static_cast<size_t>(state->k), &bytes)) {
    return ctx.Invalid("the sizes overflow");
  }
  state->steps_offset = (bytes + 63) / 64 * 64;
  state->plan = PlanGemmI8(GemmOf(ctx, *state), ctx.threads());
  ctx.RequestScratch(state->steps_offset + static_cast<size_t>(state->m) * sizeof(float), state->plan.scratch_bytes);
  return Status();
}

// The largest magnitude; NaN if there is a NaN or an infinity. Magnitudes of floats are ordered as their bits are.
float LargestMagnitude(size_t n, const float* x) {
  int32_t most = 0;
  for (size_t i = 0; i < n; ++i) {
    int32_t bits;
    std::memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    most = bits > most ? bits : most;
  }
  const uint32_t bits = static_cast<uint32_t>(most) < kInfinityBits ? static_cast<uint32_t>(most) : 0x7fc00000;
  float magnitude;
  std::memcpy(&magnitude, &bits, sizeof magnitude);
  return magnitude;
}

// Gives the row's step.
float QuantizeRow(size_t n, const float* x, int8_t* q) {
  const float most = LargestMagnitude(n, x);
  if (most > kLeast) {
    kernels::ScaleF32ToI8({kLevels / most, 0, -127, 127}, n, x, q);
    return most / kLevels;
  }
  std::memset(q, 0, n);
  return most == most ? 0 : most;
}

// A row of y: int32 sums become what they stand for. The product with the scale is rounded before anything is added, on every
// processor.
void FinishRow(const OpContext& ctx, const State& s, const kernels::Activation& activation, int64_t row, float step) {
  float* y = ctx.output(0).as<float>() + row * ctx.output(0).row_stride;
  const size_t n = static_cast<size_t>(s.n);
  const float* scale = ctx.input(kScale).as<float>();
  for (size_t j = 0; j < n; ++j) {
    int32_t sum;
    std::memcpy(&sum, y + j, sizeof sum);
    y[j] = static_cast<float>(sum) * (step * scale[j]);
  }
  if (ctx.has_input(kBias)) {
    const float* bias = ctx.input(kBias).as<float>();
    for (size_t j = 0; j < n; ++j) y[j] += bias[j];
  }
  if (ctx.has_input(kResidual)) {
    const float* residual = ctx.input(kResidual).as<float>() + row * ctx.input(kResidual).row_stride;
    for (size_t j = 0; j < n; ++j) y[j] += residual[j];
  }
  ApplyActivationF32(activation, n, y, y);
}

Status Eval(OpContext& ctx) {
  const State& s = *ctx.state<State>();
  const TensorSlot &a = ctx.input(0), &y = ctx.output(0);
  if (y.elements() == 0) return Status();
  const size_t k = static_cast<size_t>(s.k);
  const int64_t a_stride = a.rank() > 1 ? a.row_stride : s.k;
  int8_t* rows = static_cast<int8_t*>(ctx.shared_scratch());
  float* steps = reinterpret_cast<float*>(static_cast<char*>(ctx.shared_scratch()) + s.steps_offset);
  ctx.Parallel(static_cast<size_t>(s.m), [&](size_t i, int) {
    steps[i] = QuantizeRow(k, a.as<float>() + static_cast<int64_t>(i) * a_stride, rows + i * k);
  });
  kernels::GemmI8 gemm = GemmOf(ctx, s);
  gemm.a = rows;
  gemm.b = ctx.input(kB).as<int8_t>();
  gemm.b_sum = ctx.input(kWeightSum).as<const int32_t>();
  gemm.c = y.data;  // sums have the size of floats
  gemm.c_stride = static_cast<size_t>(y.row_stride);
  ctx.Parallel(s.plan.tasks, [&](size_t task, int thread) { RunGemmI8(gemm, s.plan, task, ctx.thread_scratch(thread)); });
  const kernels::Activation activation = ToKernel(ctx.attrs<format::MatMul>()->activation());
  ctx.Parallel(static_cast<size_t>(s.m), [&](size_t i, int) {
    FinishRow(ctx, s, activation, static_cast<int64_t>(i), steps[i]);
  });
  return Status();
}

}  // namespace

const OpDef kQDynamicMatMul = {format::OpCode::QDynamicMatMul,
                               "QDynamicMatMul",
                               format::OpAttrs::MatMul,
                               Prepare,
                               Eval,
                               kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
