// y = the nearest whole number, halves to even. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::nearbyint(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::RoundF32};

}  // namespace

const OpDef kRound = UnaryOpDef<kUnary>(format::OpCode::Round, "Round");

}  // namespace linnet::ops
