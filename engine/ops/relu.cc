// y = max(x, 0). NaN -> NaN. Any number type.
#include <cmath>

#include "engine/ops/clamp_bytes.h"
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x < 0 ? 0 : x; }
int64_t Integer(int64_t x) { return x < 0 ? 0 : x; }
uint64_t Natural(uint64_t x) { return x; }

void ReluF32(size_t n, const float* in, float, float, float* out) { kernels::ClampF32(n, in, 0, HUGE_VALF, out); }

constexpr UnaryOp kUnary = {kNumbers, Real, Integer, Natural, ReluF32};

Status Eval(OpContext& ctx) {
  if (ctx.input(0).type != ElementType::kInt8) return EvalUnary(ctx, kUnary);
  ClampBytes(ctx, ctx.input(0), ctx.output(0), 0, 127);
  return Status();
}

}  // namespace

const OpDef kRelu = {format::OpCode::Relu,
                     "Relu",
                     format::OpAttrs::NONE,
                     [](OpContext& ctx) { return PrepareUnary(ctx, kUnary); },
                     Eval,
                     kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
