// y = whether x is -infinity (where alpha is not 0) or +infinity (where beta is not 0); bool. alpha and beta are
// ONNX's detect_negative and detect_positive.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double beta) {
  return (x == -HUGE_VAL && alpha != 0) || (x == HUGE_VAL && beta != 0);
}

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, nullptr, /*attributes=*/true, /*to_bool=*/true};

}  // namespace

const OpDef kIsInf = UnaryOpDef<kUnary>(format::OpCode::IsInf, "IsInf");

}  // namespace linnet::ops
