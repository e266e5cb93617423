// y = the smallest whole number >= x. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::ceil(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::CeilF32};

}  // namespace

const OpDef kCeil = UnaryOpDef<kUnary>(format::OpCode::Ceil, "Ceil");

}  // namespace linnet::ops
