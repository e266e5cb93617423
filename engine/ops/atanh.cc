// y = artanh(x); NaN outside [-1, 1]. Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::atanh(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kAtanh = UnaryOpDef<kUnary>(format::OpCode::Atanh, "Atanh");

}  // namespace linnet::ops
