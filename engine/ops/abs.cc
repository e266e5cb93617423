// y = |x|. The smallest signed integer stays itself. Any number type.
#include <cmath>

#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

double Real(double x, double, double) { return std::fabs(x); }
int64_t Integer(int64_t x) { return x < 0 ? static_cast<int64_t>(0 - static_cast<uint64_t>(x)) : x; }
uint64_t Natural(uint64_t x) { return x; }

constexpr UnaryOp kUnary = {kNumbers, Real, Integer, Natural, kernels::AbsF32};

}  // namespace

const OpDef kAbs = UnaryOpDef<kUnary>(format::OpCode::Abs, "Abs");

}  // namespace linnet::ops
