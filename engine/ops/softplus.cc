// y = log(1 + e^x), computed as max(x, 0) + log(1 + e^-|x|). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SoftplusF32};

}  // namespace

const OpDef kSoftplus = UnaryOpDef<kUnary>(format::OpCode::Softplus, "Softplus");

}  // namespace linnet::ops
