// y = erf(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::erf(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::ErfF32};

}  // namespace

const OpDef kErf = UnaryOpDef<kUnary>(format::OpCode::Erf, "Erf");

}  // namespace linnet::ops
