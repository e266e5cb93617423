// y = activation(x * scale + shift), x [..., c], scale [c], shift [c]. Floating-point types.
#include "engine/activation.h"
#include "engine/ops/elementwise_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/norm_f32.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const TensorSlot& x = ctx.input(0);
  if (x.rank() < 1) return ctx.Invalid("x is %s, expected [..., c]", ctx.Describe(0));
  for (int i = 1; i < 3; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    if (ctx.input(i).shape != Shape({x.shape.back()})) {
      return ctx.Invalid("input %d is %s, expected one value per channel of x %s", i, ctx.Describe(i, 1),
                         ctx.Describe(0, 0));
    }
  }
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, ctx.attrs<format::ScaleShift>()->activation(), x.type));
  return ctx.SetOutput(0, x.type, x.shape);
}

void Compute(const void* params, size_t n, const Wide* const* in, Wide* out) {
  for (size_t i = 0; i < n; ++i) out[i].f = in[0][i].f * in[1][i].f + in[2][i].f;
  ApplyActivationWide(*static_cast<const kernels::Activation*>(params), n, out);
}

void RunKernel(OpContext& ctx, const kernels::Activation& activation) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const TensorSlot* operands[] = {&y, &x, &ctx.input(1), &ctx.input(2)};
  const BroadcastLoop loop(operands, 4, kTwoPassBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    const size_t n = static_cast<size_t>(block.n), rows = static_cast<size_t>(block.rows);
    const size_t in_stride = static_cast<size_t>(block.row_stride[1]), stride = static_cast<size_t>(block.row_stride[0]);
    const float* in = x.as<float>() + block.offset[1];
    const float* scale = ctx.input(1).as<float>() + block.offset[2];
    const float* shift = ctx.input(2).as<float>() + block.offset[3];
    float* out = y.as<float>() + block.offset[0];
    if (block.step[2] == 0) {  // one channel, whose scale is that of all elements of a row
      for (size_t r = 0; r < rows; ++r) {
        kernels::ScaleShiftF32({n, 1, in + r * in_stride, 1, scale, shift, out + r * stride, 1});
      }
    } else {
      kernels::ScaleShiftF32({rows, n, in, in_stride, scale, shift, out, stride});
    }
    // Rows that lie side by side are one: a call for each costs more than a row of few channels.
    const size_t calls = stride == n ? 1 : rows;
    for (size_t r = 0; r < calls; ++r) {
      kernels::ApplyActivationF32(activation, n * (rows / calls), out + r * stride, out + r * stride);
    }
  });
}

Status Eval(OpContext& ctx) {
  const kernels::Activation activation = ToKernel(ctx.attrs<format::ScaleShift>()->activation());
  if (ctx.input(0).type == ElementType::kFloat32) {
    RunKernel(ctx, activation);
    return Status();
  }
  const TensorSlot* in[] = {&ctx.input(0), &ctx.input(1), &ctx.input(2)};
  constexpr WideKind kReal = WideKind::kReal;
  RunWide(ctx, {Compute, &activation, 3, {kReal, kReal, kReal}, kReal}, in, ctx.output(0));
  return Status();
}

}  // namespace

const OpDef kScaleShift = {format::OpCode::ScaleShift,
                           "ScaleShift",
                           format::OpAttrs::ScaleShift,
                           Prepare,
                           Eval,
                           kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
