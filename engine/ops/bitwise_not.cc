// y = ~x. Integer types.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

int64_t Integer(int64_t x) { return ~x; }
uint64_t Natural(uint64_t x) { return ~x; }

constexpr UnaryOp kUnary = {kIntegers, nullptr, Integer, Natural};

}  // namespace

const OpDef kBitwiseNot = UnaryOpDef<kUnary>(format::OpCode::BitwiseNot, "BitwiseNot");

}  // namespace linnet::ops
