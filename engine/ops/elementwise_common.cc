#include "engine/ops/elementwise_common.h"

namespace linnet::ops {
namespace {

using Block = BroadcastLoop::Block;

// Gathers operand k of a block, rows one after another.
void WidenBlock(const TensorSlot& slot, WideKind kind, const Block& block, int k, Wide* out) {
  const size_t n = static_cast<size_t>(block.n);
  for (int64_t r = 0; r < block.rows; ++r, out += n) {
    const int64_t first = block.offset[k] + r * block.row_stride[k];
    if (block.step[k] == 1) {
      Widen(slot.type, slot.data, first, n, kind, out);
    } else {
      Widen(slot.type, slot.data, first, 1, kind, out);
      for (size_t j = 1; j < n; ++j) out[j] = out[0];
    }
  }
}

}  // namespace

void RunWide(OpContext& ctx, const WideFunction& function, const TensorSlot* const* in, const TensorSlot& out) {
  const TensorSlot* operands[BroadcastLoop::kMaxOperands] = {&out};
  for (int k = 0; k < function.inputs; ++k) operands[k + 1] = in[k];
  const BroadcastLoop loop(operands, function.inputs + 1, kWideBlock);
  const auto body = [&](const Block& block, int) {
    Wide buffers[3][kWideBlock], result[kWideBlock];
    const Wide* inputs[3] = {buffers[0], buffers[1], buffers[2]};
    for (int k = 0; k < function.inputs; ++k) WidenBlock(*in[k], function.in_kind[k], block, k + 1, buffers[k]);
    const size_t n = static_cast<size_t>(block.n);
    function.compute(function.params, static_cast<size_t>(block.rows) * n, inputs, result);
    for (int64_t r = 0; r < block.rows; ++r) {
      Narrow(out.type, result + static_cast<size_t>(r) * n, function.out_kind,
             block.offset[0] + r * block.row_stride[0], n, out.data, function.saturate);
    }
  };
  // Elements of less than a byte share one, which two threads must not.
  loop.Run(ctx, body, /*parallel=*/ElementBits(out.type) >= 8);
}

}  // namespace linnet::ops
