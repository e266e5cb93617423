#include "engine/ops/unary_common.h"

#include "engine/ops/elementwise_common.h"

namespace linnet::ops {
namespace {

struct Params {
  const UnaryOp* op;
  double alpha, beta;
};

void ComputeReals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Params& p = *static_cast<const Params*>(params);
  for (size_t i = 0; i < n; ++i) out[i].f = p.op->real(in[0][i].f, p.alpha, p.beta);
}

void ComputeIntegers(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const UnaryOp& op = *static_cast<const Params*>(params)->op;
  for (size_t i = 0; i < n; ++i) out[i].i = op.integer(in[0][i].i);
}

void ComputeNaturals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const UnaryOp& op = *static_cast<const Params*>(params)->op;
  for (size_t i = 0; i < n; ++i) out[i].u = op.natural(in[0][i].u);
}

WideFunction Choose(const Params& params, ElementType type) {
  const WideKind kind = WideKindOf(type);
  if (kind == WideKind::kSigned && params.op->integer != nullptr) return {ComputeIntegers, &params, 1, {kind}, kind};
  if (kind == WideKind::kUnsigned && params.op->natural != nullptr) return {ComputeNaturals, &params, 1, {kind}, kind};
  return {ComputeReals, &params, 1, {WideKind::kReal}, WideKind::kReal};
}

void RunKernel(OpContext& ctx, const TensorSlot& x, const TensorSlot& y, kernels::UnaryF32* kernel, float alpha,
               float beta) {
  const TensorSlot* operands[] = {&y, &x};
  const BroadcastLoop loop(operands, 2, kKernelBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    const float* in = x.as<float>() + block.offset[1];
    float* out = y.as<float>() + block.offset[0];
    for (int64_t r = 0; r < block.rows; ++r) {
      kernel(static_cast<size_t>(block.n), in, alpha, beta, out);
      in += block.row_stride[1];
      out += block.row_stride[0];
    }
  });
}

}  // namespace

Status PrepareUnary(OpContext& ctx, const UnaryOp& op) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, op.types));
  const TensorSlot& x = ctx.input(0);
  return ctx.SetOutput(0, op.to_bool ? ElementType::kBool : x.type, x.shape);
}

Status EvalUnary(OpContext& ctx, const UnaryOp& op) {
  float alpha = 0, beta = 0;
  if (op.attributes) {
    const auto* attrs = ctx.attrs<format::Unary>();
    alpha = attrs->alpha();
    beta = attrs->beta();
  }
  const TensorSlot *x = &ctx.input(0), *y = &ctx.output(0);
  if (x->type == ElementType::kFloat32 && op.kernel != nullptr) {
    RunKernel(ctx, *x, *y, op.kernel, alpha, beta);
  } else {
    const Params params = {&op, static_cast<double>(alpha), static_cast<double>(beta)};
    RunWide(ctx, Choose(params, x->type), &x, *y);
  }
  return Status();
}

}  // namespace linnet::ops
