// y = arcsin(x); NaN outside [-1, 1]. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::asin(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAsin = UnaryOpDef<kUnary>(format::OpCode::Asin, "Asin");

}  // namespace linnet::ops
