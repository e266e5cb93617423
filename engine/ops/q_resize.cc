// y = Resize(x) in linear or cubic mode, int8 with a scale and a zero point of x and of y: sums of quantised values
// less the zero point in fp32 and canonical order, rounded once at the end. See kernels/int8.md.
#include "engine/ops/ops.h"
#include "engine/ops/quantized_tensor.h"
#include "engine/ops/resize_rows.h"

namespace linnet::ops {
namespace {

double RatioOf(const Affine& x, const Affine& y) { return static_cast<double>(x.scale) / static_cast<double>(y.scale); }

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareResize(ctx, /*quantized=*/true));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  Affine x, y;
  float multiplier;
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.input(0), &x));
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &y));
  return ReadMultiplier(ctx, RatioOf(x, y), &multiplier);
}

Status Eval(OpContext& ctx) {
  if (ctx.output(0).elements() == 0) return {};
  const Affine x = AffineOf(ctx.input(0)), y = AffineOf(ctx.output(0));
  ResizeRowsI8(ctx, *ctx.state<ResizePlan>(),
               {static_cast<int8_t>(x.zero_point), {static_cast<float>(RatioOf(x, y)), y.zero_point, -128, 127}});
  return {};
}

}  // namespace

const OpDef kQResize = {format::OpCode::QResize,         "QResize", format::OpAttrs::Resize, Prepare, Eval,
                        kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
