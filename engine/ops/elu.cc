// y = x >= 0 ? x : alpha (e^x - 1). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double) { return x < 0 ? alpha * std::expm1(x) : x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::EluF32, /*attributes=*/true};

}  // namespace

const OpDef kElu = UnaryOpDef<kUnary>(format::OpCode::Elu, "Elu");

}  // namespace linnet::ops
