// y = x / (1 + |x|). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x / (1 + std::fabs(x)); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SoftsignF32};

}  // namespace

const OpDef kSoftsign = UnaryOpDef<kUnary>(format::OpCode::Softsign, "Softsign");

}  // namespace linnet::ops
