// y = not x. Bool.
#include "engine/ops/unary_common.h"

namespace linnet::ops {
namespace {

uint64_t Natural(uint64_t x) { return x ^ 1; }

constexpr UnaryOp kUnary = {kBools, nullptr, nullptr, Natural};

}  // namespace

const OpDef kNot = UnaryOpDef<kUnary>(format::OpCode::Not, "Not");

}  // namespace linnet::ops
