#include "engine/ops/binary_common.h"

#include "engine/activation.h"
#include "engine/ops/elementwise_common.h"

namespace linnet::ops {
namespace {

struct Params {
  const BinaryOp* op;
  const kernels::Activation* activation;
};

void ComputeReals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Params& p = *static_cast<const Params*>(params);
  for (size_t i = 0; i < n; ++i) out[i].f = p.op->real(in[0][i].f, in[1][i].f);
  ApplyActivationWide(*p.activation, n, out);
}

void ComputeIntegers(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const BinaryOp& op = *static_cast<const Params*>(params)->op;
  for (size_t i = 0; i < n; ++i) out[i].i = op.integer(in[0][i].i, in[1][i].i);
}

void ComputeNaturals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const BinaryOp& op = *static_cast<const Params*>(params)->op;
  for (size_t i = 0; i < n; ++i) out[i].u = op.natural(in[0][i].u, in[1][i].u);
}

WideFunction Choose(const Params& params, ElementType type) {
  const WideKind kind = WideKindOf(type);
  const auto compute = kind == WideKind::kSigned     ? ComputeIntegers
                       : kind == WideKind::kUnsigned ? ComputeNaturals
                                                     : ComputeReals;
  return {compute, &params, 2, {kind, kind}, kind};
}

// The activation passes over what the kernel has just written.
void ApplyToBlock(const kernels::Activation& activation, const kernels::BinaryF32Args& block) {
  for (size_t r = 0; r < block.rows; ++r) {
    float* row = block.out + r * block.stride_out;
    if (block.stride_out == block.n) return kernels::ApplyActivationF32(activation, block.rows * block.n, row, row);
    kernels::ApplyActivationF32(activation, block.n, row, row);
  }
}

void RunKernel(OpContext& ctx, kernels::BinaryF32* kernel, const TensorSlot& a, const TensorSlot& b,
               const TensorSlot& y, const kernels::Activation& activation) {
  const bool two_passes = activation.kind != kernels::ActivationKind::kNone;
  const TensorSlot* operands[] = {&y, &a, &b};
  const BroadcastLoop loop(operands, 3, two_passes ? kTwoPassBlock : kKernelBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    kernels::BinaryF32Args args;
    args.rows = static_cast<size_t>(block.rows);
    args.n = static_cast<size_t>(block.n);
    args.a = a.as<float>() + block.offset[1];
    args.b = b.as<float>() + block.offset[2];
    args.out = y.as<float>() + block.offset[0];
    args.stride_out = static_cast<size_t>(block.row_stride[0]);
    args.stride_a = static_cast<size_t>(block.row_stride[1]);
    args.stride_b = static_cast<size_t>(block.row_stride[2]);
    args.scalar_a = block.step[1] == 0;
    args.scalar_b = block.step[2] == 0;
    kernel(args);
    if (two_passes) ApplyToBlock(activation, args);
  });
}

}  // namespace

Status PrepareBinary(OpContext& ctx, const BinaryOp& op) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, op.types));
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  const ElementType type = op.to_bool ? ElementType::kBool : ctx.input(0).type;
  if (op.activation) {
    LINNET_RETURN_IF_ERROR(CheckActivation(ctx, ctx.attrs<format::Binary>()->activation(), type));
  }
  Shape shape;
  LINNET_RETURN_IF_ERROR(BroadcastShape(ctx, 0, 2, &shape));
  return ctx.SetOutput(0, type, shape);
}

Status EvalBinary(OpContext& ctx, const BinaryOp& op) {
  const format::Activation* activation = op.activation ? ctx.attrs<format::Binary>()->activation() : nullptr;
  RunBinary(ctx, op, ctx.input(0), ctx.input(1), ctx.output(0), ToKernel(activation));
  return Status();
}

void RunBinary(OpContext& ctx, const BinaryOp& op, const TensorSlot& a, const TensorSlot& b, const TensorSlot& y,
               const kernels::Activation& activation) {
  if (a.type == ElementType::kFloat32 && op.kernel != nullptr) {
    RunKernel(ctx, op.kernel, a, b, y, activation);
  } else {
    const Params params = {&op, &activation};
    const TensorSlot* in[] = {&a, &b};
    RunWide(ctx, Choose(params, a.type), in, y);
  }
}

}  // namespace linnet::ops
