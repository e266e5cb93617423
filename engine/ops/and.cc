// y = a and b. Bool.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

uint64_t Natural(uint64_t a, uint64_t b) { return a & b; }

constexpr BinaryOp kBinary = {kBools, nullptr, nullptr, Natural};

}  // namespace

const OpDef kAnd = BinaryOpDef<kBinary>(format::OpCode::And, "And");

}  // namespace linnet::ops
