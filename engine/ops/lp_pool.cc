// y = (sum of |x|^p in each window)^(1/p); padding counts as 0. x is [n, spatial..., c], floating-point.
#include <cmath>

#include "engine/ops/pool_common.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  if (ctx.attrs<format::Pool>()->p() < 1)
    return ctx.Invalid("p is %d, expected at least 1", ctx.attrs<format::Pool>()->p());
  return PreparePool(ctx, kReals, /*max_outputs=*/1);
}

double PowerOf(double x, int p) { return p == 1 ? x : p == 2 ? x * x : std::pow(x, p); }
double RootOf(double x, int p) { return p == 1 ? x : p == 2 ? std::sqrt(x) : std::pow(x, 1.0 / p); }

// n channels from `channel` on of one pixel.
void RunBlock(OpContext& ctx, const PoolGeometry& g, const PoolPixel& pixel, int64_t channel, size_t n) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const int p = ctx.attrs<format::Pool>()->p();
  Wide sum[kWideBlock], values[kWideBlock];
  for (size_t i = 0; i < n; ++i) sum[i].f = 0;
  ForEachTap(pixel, g, [&](int64_t row, const int64_t*) {
    Widen(x.type, x.data, row * x.row_stride + channel, n, WideKind::kReal, values);
    for (size_t i = 0; i < n; ++i) sum[i].f += PowerOf(std::fabs(values[i].f), p);
  });
  for (size_t i = 0; i < n; ++i) sum[i].f = RootOf(sum[i].f, p);
  Narrow(y.type, sum, WideKind::kReal, pixel.output * y.row_stride + channel, n, y.data);
}

Status Eval(OpContext& ctx) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  ForEachPixel(ctx, g, [&](const PoolPixel& pixel) {
    ForEachChannelBlock(g, [&](int64_t c, size_t n) { RunBlock(ctx, g, pixel, c, n); });
  });
  return Status();
}

}  // namespace

const OpDef kLpPool = {format::OpCode::LpPool,          "LpPool", format::OpAttrs::Pool, Prepare, Eval,
                       kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
