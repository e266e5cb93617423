// y = x >= 0 ? x : alpha x. Floating-point types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double) { return x < 0 ? alpha * x : x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::LeakyReluF32, /*attributes=*/true};

}  // namespace

const OpDef kLeakyRelu = UnaryOpDef<kUnary>(format::OpCode::LeakyRelu, "LeakyRelu");

}  // namespace linnet::ops
