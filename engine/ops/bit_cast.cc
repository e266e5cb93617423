// BitCast: the bits of x as another type of the same size. Shape: y = x. A view wherever the plan allows.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  const auto to = static_cast<ElementType>(ctx.attrs<format::Cast>()->to());
  const TensorSlot& x = ctx.input(0);
  if (ElementBits(to) == 0 || ElementBits(to) != ElementBits(x.type)) {
    return ctx.Invalid("x is %s, whose elements have not the bits of %s", ctx.Describe(0), ElementTypeName(to));
  }
  return ctx.SetOutput(0, to, x.shape);
}

}  // namespace

const OpDef kBitCast = {format::OpCode::BitCast, "BitCast", format::OpAttrs::Cast, Prepare, CopyView, kView};

}  // namespace linnet::ops
