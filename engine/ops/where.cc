// y = condition ? a : b, all broadcast. Condition is bool; a and b are of one type, any.
#include "engine/ops/elementwise_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

using Block = BroadcastLoop::Block;

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kBool));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 1, kAllTypes));
  if (ctx.input(2).type != ctx.input(1).type) {
    return ctx.Invalid("inputs 1 and 2 have different types: %s and %s", ctx.Describe(1, 0), ctx.Describe(2, 1));
  }
  Shape shape;
  LINNET_RETURN_IF_ERROR(BroadcastShape(ctx, 0, 3, &shape));
  return ctx.SetOutput(0, ctx.input(1).type, shape);
}

// T stands for all types of its size: elements are moved, not computed with.
template <typename T>
void Choose(const Block& block, const TensorSlot& condition, const TensorSlot& a, const TensorSlot& b,
            const TensorSlot& y) {
  for (int64_t r = 0; r < block.rows; ++r) {
    const auto at = [&](int k) { return block.offset[k] + r * block.row_stride[k]; };
    const uint8_t* from_condition = condition.as<uint8_t>() + at(1);
    const T* from_a = a.as<T>() + at(2);
    const T* from_b = b.as<T>() + at(3);
    T* to = y.as<T>() + at(0);
    for (int64_t i = 0; i < block.n; ++i) {
      const T value_a = from_a[i * block.step[2]], value_b = from_b[i * block.step[3]];
      to[i] = from_condition[i * block.step[1]] != 0 ? value_a : value_b;
    }
  }
}

void ChooseWide(const void*, size_t n, const Wide* const* in, Wide* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[0][i].u != 0 ? in[1][i] : in[2][i];
}

Status Eval(OpContext& ctx) {
  const TensorSlot &condition = ctx.input(0), &a = ctx.input(1), &b = ctx.input(2), &y = ctx.output(0);
  const int bits = ElementBits(y.type);
  if (bits < 8) {
    const WideKind kind = WideKindOf(y.type);
    const TensorSlot* in[] = {&condition, &a, &b};
    RunWide(ctx, {ChooseWide, nullptr, 3, {WideKind::kUnsigned, kind, kind}, kind}, in, y);
    return Status();
  }
  const TensorSlot* operands[] = {&y, &condition, &a, &b};
  const BroadcastLoop loop(operands, 4, kKernelBlock);
  loop.Run(ctx, [&](const Block& block, int) {
    switch (bits) {
      case 8:
        return Choose<uint8_t>(block, condition, a, b, y);
      case 16:
        return Choose<uint16_t>(block, condition, a, b, y);
      case 32:
        return Choose<uint32_t>(block, condition, a, b, y);
      default:
        return Choose<uint64_t>(block, condition, a, b, y);
    }
  });
  return Status();
}

}  // namespace

const OpDef kWhere = {
    format::OpCode::Where, "Where", format::OpAttrs::NONE, Prepare, Eval, kInPlace1 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
