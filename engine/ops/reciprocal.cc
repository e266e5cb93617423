// y = 1 / x. Floating-point types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return 1 / x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, kernels::ReciprocalF32};

}  // namespace

const OpDef kReciprocal = UnaryOpDef<kUnary>(format::OpCode::Reciprocal, "Reciprocal");

}  // namespace linnet::ops
