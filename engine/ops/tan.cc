// y = tan(x), x in radians. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::tan(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kTan = UnaryOpDef<kUnary>(format::OpCode::Tan, "Tan");

}  // namespace linnet::ops
