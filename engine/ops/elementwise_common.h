// Elementwise ops of any type through the widening path.
#ifndef LINNET_ENGINE_OPS_ELEMENTWISE_COMMON_H_
#define LINNET_ENGINE_OPS_ELEMENTWISE_COMMON_H_

#include "engine/broadcast.h"
#include "engine/op.h"
#include "engine/widen.h"

namespace linnet::ops {

// Elements that an fp32 kernel takes at a time: long enough that the call costs nothing, and a block is a fair share
// of work for a thread. Half of it where a second pass (an activation) should find the block in the first-level cache.
constexpr int64_t kKernelBlock = 8 * 1024;
constexpr int64_t kTwoPassBlock = 2 * 1024;

// An elementwise function of one to three inputs on widened blocks.
struct WideFunction {
  // out[j] = f(in[0][j], in[1][j] ...) for j in [0, n). `out` is none of the inputs.
  void (*compute)(const void* params, size_t n, const Wide* const* in, Wide* out);
  const void* params;
  int inputs;
  WideKind in_kind[3];
  WideKind out_kind;
  bool saturate = false;
};

// out = f(inputs broadcast to out's shape). `out` may be the memory of an input of the same shape and type.
void RunWide(OpContext& ctx, const WideFunction& function, const TensorSlot* const* in, const TensorSlot& out);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_ELEMENTWISE_COMMON_H_
