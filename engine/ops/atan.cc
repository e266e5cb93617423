// y = arctan(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::atan(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAtan = UnaryOpDef<kUnary>(format::OpCode::Atan, "Atan");

}  // namespace linnet::ops
