#include "engine/ops/q_binary_common.h"

#include "engine/broadcast.h"

namespace linnet::ops {
Status PrepareQBinary(OpContext& ctx, const QBinaryOp& op) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  Affine a, b, y;
  QuantizedLimits limits;
  for (int i = 0; i < 2; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kInt8));
    LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.input(i), i == 0 ? &a : &b));
  }
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &y));
  LINNET_RETURN_IF_ERROR(ReadLimits(ctx, ctx.attrs<format::Binary>()->activation(), &limits));
  auto* args = ctx.NewState<kernels::BinaryI8Args>();
  if (args == nullptr) return ctx.OutOfMemory();
  args->zero_a = a.zero_point;
  args->zero_b = b.zero_point;
  args->zero_out = y.zero_point;
  args->lo = limits.lo;
  args->hi = limits.hi;
  const QBinaryMultipliers ratio = op.multipliers(static_cast<double>(a.scale), static_cast<double>(b.scale),
                                                  static_cast<double>(y.scale));
  LINNET_RETURN_IF_ERROR(ReadMultiplier(ctx, ratio.a, &args->multiplier_a));
  if (ratio.b != 0) LINNET_RETURN_IF_ERROR(ReadMultiplier(ctx, ratio.b, &args->multiplier_b));
  Shape shape;
  LINNET_RETURN_IF_ERROR(BroadcastShape(ctx, 0, 2, &shape));
  return ctx.SetOutput(0, ElementType::kInt8, shape);
}

Status EvalQBinary(OpContext& ctx, const QBinaryOp& op) {
  const TensorSlot &a = ctx.input(0), &b = ctx.input(1), &y = ctx.output(0);
  const TensorSlot* operands[] = {&y, &a, &b};
  const BroadcastLoop loop(operands, 3, kByteBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    kernels::BinaryI8Args args = *ctx.state<kernels::BinaryI8Args>();
    args.rows = static_cast<size_t>(block.rows);
    args.n = static_cast<size_t>(block.n);
    args.a = a.as<int8_t>() + block.offset[1];
    args.b = b.as<int8_t>() + block.offset[2];
    args.out = y.as<int8_t>() + block.offset[0];
    args.stride_out = static_cast<size_t>(block.row_stride[0]);
    args.stride_a = static_cast<size_t>(block.row_stride[1]);
    args.stride_b = static_cast<size_t>(block.row_stride[2]);
    args.scalar_a = block.step[1] == 0;
    args.scalar_b = block.step[2] == 0;
    op.kernel(args);
  });
  return Status();
}

}  // namespace linnet::ops
