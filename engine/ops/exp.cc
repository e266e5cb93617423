// y = e^x. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::exp(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::ExpF32};

}  // namespace

const OpDef kExp = UnaryOpDef<kUnary>(format::OpCode::Exp, "Exp");

}  // namespace linnet::ops
