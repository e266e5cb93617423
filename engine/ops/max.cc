// y = activation(the larger of a and b). NaN in either gives NaN.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double b) { return a != a || a > b ? a : b; }
int64_t Integer(int64_t a, int64_t b) { return a > b ? a : b; }
uint64_t Natural(uint64_t a, uint64_t b) { return a > b ? a : b; }

constexpr BinaryOp kBinary = {kNumbers, Real, Integer, Natural, kernels::MaxF32, /*activation=*/true};

}  // namespace

const OpDef kMax = BinaryOpDef<kBinary>(format::OpCode::Max, "Max");

}  // namespace linnet::ops
