// y = x >= 0 ? x : alpha (e^(x / alpha) - 1). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double) { return x < 0 ? alpha * std::expm1(x / alpha) : x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::CeluF32, /*attributes=*/true};

}  // namespace

const OpDef kCelu = UnaryOpDef<kUnary>(format::OpCode::Celu, "Celu");

}  // namespace linnet::ops
