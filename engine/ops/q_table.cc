// y = table[x]: any function of an int8 or uint8 x. The table has one value for each byte of x, 0 to 255 (an int8 -1
// takes the last), and is int8, uint8 or float32, as is y.
#include "engine/broadcast.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/lookup.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  const TensorSlot &x = ctx.input(0), &table = ctx.input(1);
  if (!IsByte(x.type)) return ctx.Invalid("x is %s, expected int8 or uint8", ctx.Describe(0));
  if ((!IsByte(table.type) && table.type != ElementType::kFloat32) || table.rank() != 1 || table.elements() != 256) {
    return ctx.Invalid("the table is %s, expected 256 values of int8, uint8 or float32", ctx.Describe(1));
  }
  return ctx.SetOutput(0, table.type, x.shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &table = ctx.input(1), &y = ctx.output(0);
  const TensorSlot* operands[] = {&y, &x};
  const BroadcastLoop loop(operands, 2, kByteBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    for (int64_t r = 0; r < block.rows; ++r) {
      const uint8_t* in = x.as<uint8_t>() + block.offset[1] + r * block.row_stride[1];
      const int64_t out = block.offset[0] + r * block.row_stride[0];
      if (table.type == ElementType::kFloat32) {
        kernels::LookupF32(static_cast<size_t>(block.n), in, table.as<float>(), y.as<float>() + out);
      } else {
        kernels::LookupBytes(static_cast<size_t>(block.n), in, table.as<uint8_t>(), y.as<uint8_t>() + out);
      }
    }
  });
  return Status();
}

}  // namespace

const OpDef kQTable = {format::OpCode::QTable,
                       "QTable",
                       format::OpAttrs::NONE,
                       Prepare,
                       Eval,
                       kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
