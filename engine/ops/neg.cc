// y = -x. Floating-point and signed types; the smallest signed integer stays itself.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return -x; }
int64_t Integer(int64_t x) { return static_cast<int64_t>(0 - static_cast<uint64_t>(x)); }

constexpr UnaryOp kUnary = {kReals | kSigneds, Real, Integer, nullptr, kernels::NegF32};

}  // namespace

const OpDef kNeg = UnaryOpDef<kUnary>(format::OpCode::Neg, "Neg");

}  // namespace linnet::ops
