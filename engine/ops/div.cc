// y = activation(a / b). Integers: towards zero, wrapping around; division by zero gives 0.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double b) { return a / b; }
int64_t Integer(int64_t a, int64_t b) { return b == 0 ? 0 : b == -1 ? WrapSub(0, a) : a / b; }
uint64_t Natural(uint64_t a, uint64_t b) { return b == 0 ? 0 : a / b; }

constexpr BinaryOp kBinary = {kNumbers, Real, Integer, Natural, kernels::DivF32, /*activation=*/true};

}  // namespace

const OpDef kDiv = BinaryOpDef<kBinary>(format::OpCode::Div, "Div");

}  // namespace linnet::ops
