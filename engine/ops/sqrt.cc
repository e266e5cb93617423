// y = sqrt(x); NaN below 0. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::sqrt(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SqrtF32};

}  // namespace

const OpDef kSqrt = UnaryOpDef<kUnary>(format::OpCode::Sqrt, "Sqrt");

}  // namespace linnet::ops
