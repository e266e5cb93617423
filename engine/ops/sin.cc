// y = sin(x), x in radians. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::sin(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kSin = UnaryOpDef<kUnary>(format::OpCode::Sin, "Sin");

}  // namespace linnet::ops
