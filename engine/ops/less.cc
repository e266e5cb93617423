// y = whether a < b; bool. Any number type.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double b) { return a < b; }
int64_t Integer(int64_t a, int64_t b) { return a < b; }
uint64_t Natural(uint64_t a, uint64_t b) { return a < b; }

constexpr BinaryOp kBinary = {kNumbers, Real, Integer, Natural, nullptr, /*activation=*/false, /*to_bool=*/true};

}  // namespace

const OpDef kLess = BinaryOpDef<kBinary>(format::OpCode::Less, "Less");

}  // namespace linnet::ops
