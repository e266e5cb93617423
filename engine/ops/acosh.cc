// y = arcosh(x); NaN below 1. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::acosh(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAcosh = UnaryOpDef<kUnary>(format::OpCode::Acosh, "Acosh");

}  // namespace linnet::ops
