// y = a - b floor(a / b), with the sign of b; with fmod: a - b trunc(a / b), with the sign of a. Modulo 0 is 0 for
// integers. Any number type; ONNX allows reals with fmod only.
#include <cmath>

#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double TruncatedReal(double a, double b) { return std::fmod(a, b); }
int64_t TruncatedInteger(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
uint64_t Natural(uint64_t a, uint64_t b) { return b == 0 ? 0 : a % b; }

double FloorReal(double a, double b) {
  const double r = std::fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
int64_t FloorInteger(int64_t a, int64_t b) {
  const int64_t r = TruncatedInteger(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

constexpr BinaryOp kTruncated = {kNumbers, TruncatedReal, TruncatedInteger, Natural};
constexpr BinaryOp kFloor = {kNumbers, FloorReal, FloorInteger, Natural};

const BinaryOp& Choose(OpContext& ctx) { return ctx.attrs<format::Mod>()->fmod() ? kTruncated : kFloor; }

Status Prepare(OpContext& ctx) { return PrepareBinary(ctx, Choose(ctx)); }
Status Eval(OpContext& ctx) { return EvalBinary(ctx, Choose(ctx)); }

}  // namespace

const OpDef kMod = {format::OpCode::Mod, "Mod", format::OpAttrs::Mod, Prepare, Eval, kElementwiseFlags};

}  // namespace linnet::ops
