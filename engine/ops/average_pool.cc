// y = (sum of x in each window) / number of taps: those inside x, or with count_include_pad those inside x and its
// padding. 0 where there is none. x is [n, spatial..., c], floating-point.
#include "engine/ops/pool_common.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) { return PreparePool(ctx, kReals, /*max_outputs=*/1); }

// n channels from `channel` on of one pixel.
void RunWideBlock(const TensorSlot& x, const TensorSlot& y, const PoolGeometry& g, const PoolPixel& p, double divisor,
                  int64_t channel, size_t n) {
  Wide sum[kWideBlock], values[kWideBlock];
  for (size_t i = 0; i < n; ++i) sum[i].f = 0;
  ForEachTap(p, g, [&](int64_t row, const int64_t*) {
    Widen(x.type, x.data, row * x.row_stride + channel, n, WideKind::kReal, values);
    for (size_t i = 0; i < n; ++i) sum[i].f += values[i].f;
  });
  for (size_t i = 0; i < n; ++i) sum[i].f /= divisor;
  Narrow(y.type, sum, WideKind::kReal, p.output * y.row_stride + channel, n, y.data);
}

Status Eval(OpContext& ctx) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const bool include_pad = ctx.attrs<format::Pool>()->count_include_pad();
  ForEachPixel(ctx, g, [&](const PoolPixel& p) {
    const int64_t taps = include_pad ? p.padded_taps : p.taps[0] * p.taps[1] * p.taps[2];
    const int64_t divisor = taps > 0 ? taps : 1;
    if (x.type == ElementType::kFloat32) {
      kernels::AveragePoolF32(WindowOf<float>(p, x), static_cast<size_t>(g.channels), static_cast<float>(divisor),
                              y.as<float>() + p.output * y.row_stride);
      return;
    }
    ForEachChannelBlock(g, [&](int64_t c, size_t n) { RunWideBlock(x, y, g, p, static_cast<double>(divisor), c, n); });
  });
  return Status();
}

}  // namespace

const OpDef kAveragePool = {format::OpCode::AveragePool,     "AveragePool", format::OpAttrs::Pool, Prepare, Eval,
                            kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
