// y = x tanh(log(1 + e^x)). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x * std::tanh((x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x)))); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::MishF32};

}  // namespace

const OpDef kMish = UnaryOpDef<kUnary>(format::OpCode::Mish, "Mish");

}  // namespace linnet::ops
