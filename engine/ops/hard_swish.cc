// y = x min(max(x / 6 + 1/2, 0), 1). Floating-point types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

// NaN -> NaN.
double Clamp01(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

double Real(double x, double, double) { return x * Clamp01(x / 6 + 0.5); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::HardSwishF32};

}  // namespace

const OpDef kHardSwish = UnaryOpDef<kUnary>(format::OpCode::HardSwish, "HardSwish");

}  // namespace linnet::ops
