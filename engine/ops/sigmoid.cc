// y = 1 / (1 + e^-x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return 1 / (1 + std::exp(-x)); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SigmoidF32};

}  // namespace

const OpDef kSigmoid = UnaryOpDef<kUnary>(format::OpCode::Sigmoid, "Sigmoid");

}  // namespace linnet::ops
