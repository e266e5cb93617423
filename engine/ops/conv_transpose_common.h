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

// The largest of needed(rows, m, taps) for a row of y in any phase: m pixels, patches of `taps` taps, which are `rows`. Phases have
// `step`-th parts of the taps, rounded down or up, or none.
template <typename Needed>
size_t MostOfRows(const ConvGeometry& g, const Needed& needed) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const kernels::TransposePhase h = PhaseOf(g.h, 0), w = PhaseOf(g.w, 0);
  const size_t channels = size(g.channels / g.group);
  size_t most = 0;
  for (size_t i = 0; i < 8; ++i) {
    const size_t m = size(g.w.out / g.w.stride) + i / 4;
    const size_t kernel_h = size(g.h.kernel) / h.step + i / 2 % 2, kernel_w = size(g.w.kernel) / w.step + i % 2;
    const kernels::ConvRows rows = {size(g.h.in), size(g.w.in), channels, channels,   1,          m, kernel_h,
                                    kernel_w,     1,            1,        h.dilation, w.dilation, 0, 0};
    const size_t bytes = needed(rows, m, kernel_h * kernel_w);
    most = bytes > most ? bytes : most;
  }
  return most;
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CONV_TRANSPOSE_COMMON_H_
