// y = -1, 0 or 1 with the sign of x. NaN -> NaN. Any number type.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return x > 0 ? 1 : x < 0 ? -1 : x; }
int64_t Integer(int64_t x) { return (x > 0) - (x < 0); }
uint64_t Natural(uint64_t x) { return x != 0; }

constexpr UnaryOp kUnary = {kNumbers, Real, Integer, Natural};

}  // namespace

const OpDef kSign = UnaryOpDef<kUnary>(format::OpCode::Sign, "Sign");

}  // namespace linnet::ops
