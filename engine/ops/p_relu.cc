// y = x >= 0 ? x : slope x, where slope broadcasts to the shape of x. Any number type.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double slope) { return x < 0 ? slope * x : x; }
int64_t Integer(int64_t x, int64_t slope) { return x < 0 ? WrapMul(slope, x) : x; }
uint64_t Natural(uint64_t x, uint64_t) { return x; }

constexpr BinaryOp kBinary = {kNumbers, Real, Integer, Natural, kernels::PReluF32};

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareBinary(ctx, kBinary));
  if (ctx.output(0).shape != ctx.input(0).shape) {
    return ctx.Invalid("slope %s does not broadcast to x %s", ctx.Describe(1, 1), ctx.Describe(0, 0));
  }
  return Status();
}

Status Eval(OpContext& ctx) { return EvalBinary(ctx, kBinary); }

}  // namespace

const OpDef kPRelu = {format::OpCode::PRelu, "PRelu", format::OpAttrs::NONE, Prepare, Eval, kElementwiseFlags};

}  // namespace linnet::ops
