// y = a | b. Integer types.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

int64_t Integer(int64_t a, int64_t b) { return a | b; }
uint64_t Natural(uint64_t a, uint64_t b) { return a | b; }

constexpr BinaryOp kBinary = {kIntegers, nullptr, Integer, Natural};

}  // namespace

const OpDef kBitwiseOr = BinaryOpDef<kBinary>(format::OpCode::BitwiseOr, "BitwiseOr");

}  // namespace linnet::ops
