// Clamping of int8 and uint8 tensors, for the ops that clamp numbers of any type.
#ifndef LINNET_ENGINE_OPS_CLAMP_BYTES_H_
#define LINNET_ENGINE_OPS_CLAMP_BYTES_H_

#include "engine/broadcast.h"
#include "kernels/pool_i8.h"

namespace linnet::ops {

// y = min(max(x, lo), hi). REQUIRES: x is int8 or uint8, and y; lo and hi are numbers of that type.
inline void ClampBytes(OpContext& ctx, const TensorSlot& x, const TensorSlot& y, int64_t lo, int64_t hi) {
  if (lo > hi) lo = hi;
  const TensorSlot* operands[] = {&y, &x};
  const BroadcastLoop loop(operands, 2, kByteBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    const size_t n = static_cast<size_t>(block.n);
    for (int64_t r = 0; r < block.rows; ++r) {
      const int64_t from = block.offset[1] + r * block.row_stride[1], to = block.offset[0] + r * block.row_stride[0];
      if (x.type == ElementType::kInt8) {
        kernels::ClampI8(n, x.as<int8_t>() + from, static_cast<int8_t>(lo), static_cast<int8_t>(hi),
                         y.as<int8_t>() + to);
      } else {
        kernels::ClampU8(n, x.as<uint8_t>() + from, static_cast<uint8_t>(lo), static_cast<uint8_t>(hi),
                         y.as<uint8_t>() + to);
      }
    }
  });
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CLAMP_BYTES_H_
