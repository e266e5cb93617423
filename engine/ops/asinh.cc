// y = arsinh(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::asinh(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAsinh = UnaryOpDef<kUnary>(format::OpCode::Asinh, "Asinh");

}  // namespace linnet::ops
