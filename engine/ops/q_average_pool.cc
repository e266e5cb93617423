// y = (sum of x in each window) / number of taps, as AveragePool counts them, for int8 with a scale and a zero point of
// x and of y: an exact sum and one multiplication by scale_x / (scale_y * taps). See kernels/int8.md.
#include "engine/ops/pool_common.h"
#include "engine/ops/quantized_tensor.h"
#include "kernels/pool_i8.h"

namespace linnet::ops {
namespace {

// Larger sums could overflow 32 bits.
constexpr int64_t kMostTaps = 1 << 23;

double RatioOf(const Affine& x, const Affine& y, int64_t taps) {
  return static_cast<double>(x.scale) / (static_cast<double>(y.scale) * static_cast<double>(taps));
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PreparePool(ctx, kSigneds, /*max_outputs=*/1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  Affine x, y;
  float multiplier;
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.input(0), &x));
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &y));
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  const int64_t taps = g.kernel[0] * g.kernel[1] * g.kernel[2];
  if (taps > kMostTaps) {
    return ctx.Unsupported("a kernel of %lld taps, at most %lld", static_cast<long long>(taps),
                           static_cast<long long>(kMostTaps));
  }
  LINNET_RETURN_IF_ERROR(ReadMultiplier(ctx, RatioOf(x, y, 1), &multiplier));
  return ReadMultiplier(ctx, RatioOf(x, y, taps), &multiplier);
}

Status Eval(OpContext& ctx) {
  const PoolGeometry& g = *ctx.state<PoolGeometry>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Affine from = AffineOf(x), to = AffineOf(y);
  const bool include_pad = ctx.attrs<format::Pool>()->count_include_pad();
  ForEachPixel(ctx, g, [&](const PoolPixel& p) {
    const int64_t taps = include_pad ? p.padded_taps : p.taps[0] * p.taps[1] * p.taps[2];
    const float multiplier = static_cast<float>(RatioOf(from, to, taps > 0 ? taps : 1));
    kernels::AveragePoolI8(WindowOf<int8_t>(p, x), static_cast<size_t>(g.channels), from.zero_point,
                           {multiplier, to.zero_point, -128, 127}, y.as<int8_t>() + p.output * y.row_stride);
  });
  return Status();
}

}  // namespace

const OpDef kQAveragePool = {format::OpCode::QAveragePool,    "QAveragePool", format::OpAttrs::Pool, Prepare, Eval,
                             kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
