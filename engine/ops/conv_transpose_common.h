// What the transposed convolutions share: their geometry, and the phases of their strides (kernels/pack.h).
#ifndef LINNET_ENGINE_OPS_CONV_TRANSPOSE_COMMON_H_
#define LINNET_ENGINE_OPS_CONV_TRANSPOSE_COMMON_H_

#include "engine/ops/conv_common.h"
#include "kernels/pack.h"

namespace linnet::ops {

// Checks x [n, h, w, c] and weight [group * N, kh, kw, c/group], and settles padding and output size. In the result
// `in` is of x and `out` of y.
Status ResolveConvTranspose2D(OpContext& ctx, ConvGeometry* g);

kernels::TransposePhase PhaseOf(const Window& w, int64_t r);

// First output of phase r: the smallest o >= 0 with o + pad = r (mod stride).
int64_t FirstOutput(const Window& w, int64_t r);

// The negated input coordinate that the first tap of output `o` in `phase` sees, modulo 2^64.
size_t PadOf(const Window& w, const kernels::TransposePhase& phase, int64_t o);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CONV_TRANSPOSE_COMMON_H_
