// y = the largest whole number <= x. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::floor(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::FloorF32};

}  // namespace

const OpDef kFloor = UnaryOpDef<kUnary>(format::OpCode::Floor, "Floor");

}  // namespace linnet::ops
