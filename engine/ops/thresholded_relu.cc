// y = x > alpha ? x : 0. NaN -> NaN. Floating-point types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double) { return x <= alpha ? 0 : x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::ThresholdedReluF32, /*attributes=*/true};

}  // namespace

const OpDef kThresholdedRelu = UnaryOpDef<kUnary>(format::OpCode::ThresholdedRelu, "ThresholdedRelu");

}  // namespace linnet::ops
