// y = log(x), natural; -inf for 0, NaN below. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::log(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::LogF32};

}  // namespace

const OpDef kLog = UnaryOpDef<kUnary>(format::OpCode::Log, "Log");

}  // namespace linnet::ops
