// y = activation(a b). Integers wrap around.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double b) { return a * b; }
int64_t Integer(int64_t a, int64_t b) { return WrapMul(a, b); }
uint64_t Natural(uint64_t a, uint64_t b) { return a * b; }

constexpr BinaryOp kBinary = {kNumbers, Real, Integer, Natural, kernels::MulF32, /*activation=*/true};

}  // namespace

const OpDef kMul = BinaryOpDef<kBinary>(format::OpCode::Mul, "Mul");

}  // namespace linnet::ops
