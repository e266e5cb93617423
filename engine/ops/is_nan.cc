// y = whether x is NaN; bool.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x != x; }

constexpr UnaryOp kUnary = {kReals, Real, nullptr, nullptr, nullptr, /*attributes=*/false, /*to_bool=*/true};

}  // namespace

const OpDef kIsNaN = UnaryOpDef<kUnary>(format::OpCode::IsNaN, "IsNaN");

}  // namespace linnet::ops
