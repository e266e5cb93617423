// y = a or b. Bool.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

uint64_t Natural(uint64_t a, uint64_t b) { return a | b; }

constexpr BinaryOp kBinary = {kBools, nullptr, nullptr, Natural};

}  // namespace

const OpDef kOr = BinaryOpDef<kBinary>(format::OpCode::Or, "Or");

}  // namespace linnet::ops
