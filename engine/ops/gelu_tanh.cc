// y = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) {
  return x / 2 * (1 + std::tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));
}

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::GeluTanhF32};

}  // namespace

const OpDef kGeluTanh = UnaryOpDef<kUnary>(format::OpCode::GeluTanh, "GeluTanh");

}  // namespace linnet::ops
