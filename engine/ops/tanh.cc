// y = tanh(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::tanh(x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::TanhF32};

}  // namespace

const OpDef kTanh = UnaryOpDef<kUnary>(format::OpCode::Tanh, "Tanh");

}  // namespace linnet::ops
