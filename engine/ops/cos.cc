// y = cos(x), x in radians. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::cos(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kCos = UnaryOpDef<kUnary>(format::OpCode::Cos, "Cos");

}  // namespace linnet::ops
