// y = a shifted left or right by b bits; right shifts of signed types fill with the sign. Where b is negative or all
// bits are out: 0, and -1 for a right shift of a negative number. Integer types.
#include "engine/ops/binary_common.h"

namespace linnet::ops {
namespace {

uint64_t Left(uint64_t a, uint64_t b) { return b < 64 ? a << b : 0; }
uint64_t Right(uint64_t a, uint64_t b) { return b < 64 ? a >> b : 0; }
// Narrower types keep the low bits of the 64; a negative b is a large one here.
int64_t SignedLeft(int64_t a, int64_t b) {
  return static_cast<int64_t>(Left(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
}
int64_t SignedRight(int64_t a, int64_t b) {
  const int64_t by = b < 0 || b > 63 ? 63 : b;
  return a < 0 ? ~(~a >> by) : a >> by;
}

constexpr BinaryOp kLeft = {kIntegers, nullptr, SignedLeft, Left};
constexpr BinaryOp kRight = {kIntegers, nullptr, SignedRight, Right};

const BinaryOp& Choose(OpContext& ctx) { return ctx.attrs<format::BitShift>()->left() ? kLeft : kRight; }

Status Prepare(OpContext& ctx) { return PrepareBinary(ctx, Choose(ctx)); }
Status Eval(OpContext& ctx) { return EvalBinary(ctx, Choose(ctx)); }

}  // namespace

const OpDef kBitShift = {format::OpCode::BitShift, "BitShift", format::OpAttrs::BitShift, Prepare, Eval,
                         kElementwiseFlags};

}  // namespace linnet::ops
