// y = arccos(x); NaN outside [-1, 1]. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::acos(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAcos = UnaryOpDef<kUnary>(format::OpCode::Acos, "Acos");

}  // namespace linnet::ops
