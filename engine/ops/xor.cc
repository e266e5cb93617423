// y = a xor b. Bool.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

uint64_t Natural(uint64_t a, uint64_t b) { return a ^ b; }

constexpr BinaryOp kBinary = {kBools, nullptr, nullptr, Natural};

}  // namespace

const OpDef kXor = BinaryOpDef<kBinary>(format::OpCode::Xor, "Xor");

}  // namespace linnet::ops
