// y = min(max(alpha x + beta, 0), 1). Floating-point types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

// NaN -> NaN.
double Clamp01(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

double Real(double x, double alpha, double beta) { return Clamp01(alpha * x + beta); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::HardSigmoidF32, /*attributes=*/true};

}  // namespace

const OpDef kHardSigmoid = UnaryOpDef<kUnary>(format::OpCode::HardSigmoid, "HardSigmoid");

}  // namespace linnet::ops
