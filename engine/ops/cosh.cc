// y = cosh(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::cosh(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kCosh = UnaryOpDef<kUnary>(format::OpCode::Cosh, "Cosh");

}  // namespace linnet::ops
