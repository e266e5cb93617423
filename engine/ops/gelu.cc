// y = x / 2 (1 + erf(x / sqrt(2))). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x / 2 * std::erfc(x * -0.70710678118654752440); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::GeluF32};

}  // namespace

const OpDef kGelu = UnaryOpDef<kUnary>(format::OpCode::Gelu, "Gelu");

}  // namespace linnet::ops
