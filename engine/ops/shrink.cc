// y = x < -lambda ? x + bias : x > lambda ? x - bias : 0; alpha is ONNX's lambd, beta its bias. Integers are
// computed as reals and truncated. NaN -> NaN.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double beta) {
  return x < -alpha ? x + beta : x > alpha ? x - beta : x == x ? 0 : x;
}

constexpr UnaryOp kUnary = {kNumbers, Real, nullptr, nullptr, nullptr, /*attributes=*/true};

}  // namespace

const OpDef kShrink = UnaryOpDef<kUnary>(format::OpCode::Shrink, "Shrink");

}  // namespace linnet::ops
