// y = x / (1 + e^-x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x / (1 + std::exp(-x)); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SiluF32};

}  // namespace

const OpDef kSilu = UnaryOpDef<kUnary>(format::OpCode::Silu, "Silu");

}  // namespace linnet::ops
