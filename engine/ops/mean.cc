// y = (x0 + x1 + ...) / number of inputs, all broadcast. Floating-point types.
#include "engine/ops/binary_common.h"
#include "engine/ops/elementwise_common.h"

namespace linnet::ops {
namespace {

double AddReal(double a, double b) { return a + b; }
double DivReal(double a, double b) { return a / b; }

constexpr BinaryOp kSum = {kReals, AddReal, nullptr, nullptr, kernels::AddF32};
constexpr BinaryOp kQuotient = {kReals, DivReal, nullptr, nullptr, kernels::DivF32};

Status Prepare(OpContext& ctx) {
  const int count = ctx.input_count();
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(count > 0 ? count : 1, count, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  for (int i = 1; i < count; ++i) LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
  Shape shape;
  LINNET_RETURN_IF_ERROR(BroadcastShape(ctx, 0, count, &shape));
  return ctx.SetOutput(0, ctx.input(0).type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& y = ctx.output(0);
  const TensorSlot* sum = &ctx.input(0);
  for (int i = 1; i < ctx.input_count(); ++i) {
    RunBinary(ctx, kSum, *sum, ctx.input(i), y);
    sum = &y;
  }
  Wide count;
  count.f = ctx.input_count();
  uint64_t stored;
  Narrow(y.type, &count, WideKind::kReal, 0, 1, &stored);
  TensorSlot divisor;
  divisor.type = y.type;
  divisor.data = &stored;
  divisor.row_stride = 1;
  RunBinary(ctx, kQuotient, *sum, divisor, y);
  return Status();
}

}  // namespace

const OpDef kMean = {format::OpCode::Mean, "Mean", format::OpAttrs::NONE, Prepare, Eval, kElementwiseFlags};

}  // namespace linnet::ops
