// y = gamma (x >= 0 ? x : alpha (e^x - 1)); beta is ONNX's gamma. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double alpha, double beta) { return beta * (x < 0 ? alpha * std::expm1(x) : x); }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::SeluF32, /*attributes=*/true};

}  // namespace

const OpDef kSelu = UnaryOpDef<kUnary>(format::OpCode::Selu, "Selu");

}  // namespace linnet::ops
