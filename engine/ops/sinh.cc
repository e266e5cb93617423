// y = sinh(x). Floating-point types.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::sinh(x); }

constexpr UnaryOp kUnary = {kReals, Real};

}  // namespace

const OpDef kSinh = UnaryOpDef<kUnary>(format::OpCode::Sinh, "Sinh");

}  // namespace linnet::ops
