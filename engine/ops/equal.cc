// y = whether a = b; bool. NaN equals nothing. Any type.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

double Real(double a, double b) { return a == b; }
int64_t Integer(int64_t a, int64_t b) { return a == b; }
uint64_t Natural(uint64_t a, uint64_t b) { return a == b; }

constexpr BinaryOp kBinary = {kAllTypes, Real, Integer, Natural, nullptr, /*activation=*/false, /*to_bool=*/true};

}  // namespace

const OpDef kEqual = BinaryOpDef<kBinary>(format::OpCode::Equal, "Equal");

}  // namespace linnet::ops
