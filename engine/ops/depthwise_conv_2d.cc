// DepthwiseConv2D: y[b, oy, ox, j] = activation(sum over taps of x[.., j] * weight[ky, kx, j] + bias[j]).
// x [n, h, w, c], weight [kh, kw, c], bias [c]? -> y [n, oh, ow, c]. fp32 through its kernel; any other real type by
// widening.
#include "engine/ops/conv_common.h"
#include "engine/ops/ops.h"
#include "format/storage.h"
#include "kernels/depthwise_f32.h"
#include "kernels/pack.h"

namespace linnet::ops {
namespace {

constexpr size_t kWidth = 16;  // of the kernel's channel blocks

size_t PackedFloats(const ConvGeometry& g) {
  return format::DepthwiseElements(static_cast<size_t>(g.channels), static_cast<size_t>(g.h.kernel * g.w.kernel), kWidth);
}

// A weight in plain order is packed into scratch by each run.
Status PrepareWeight(OpContext& ctx, const ConvGeometry& g) {
  const TensorSlot& weight = ctx.input(1);
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  if (weight.order() == format::StorageOrder::Plain) {
    ctx.RequestScratch(PackedFloats(g) * sizeof(float), 0);
    return Status();
  }
  if (weight.order() != format::StorageOrder::Depthwise || weight.type != ElementType::kFloat32 ||
      weight.def->width() != kWidth || weight.def->bytes() != PackedFloats(g) * sizeof(float)) {
    return ctx.Invalid("weight %s has storage order %d, width %d and %llu bytes, expected order %d, width %zu, %zu bytes",
                       ctx.Describe(1), static_cast<int>(weight.order()), weight.def->width(),
                       static_cast<unsigned long long>(weight.def->bytes()),
                       static_cast<int>(format::StorageOrder::Depthwise), kWidth, PackedFloats(g) * sizeof(float));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectConvType(ctx));
  const auto& attrs = *ctx.attrs<format::DepthwiseConv2D>();
  const Shape& x = ctx.input(0).shape;
  const Shape& weight = ctx.input(1).shape;
  if (weight.rank() != 3 || x.rank() != 4 || weight[2] != x[3]) {
    return ctx.Invalid("weight %s does not fit x %s, expected [kh, kw, c] and [n, h, w, c]", ctx.Describe(1),
                       ctx.Describe(0, 1));
  }
  ConvGeometry* g = ctx.NewState<ConvGeometry>();
  if (g == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ResolveGeometry(ctx, attrs, weight[0], weight[1], g));
  g->outputs = g->group = g->channels;
  const Shape output = {g->batch, g->h.out, g->w.out, g->channels};
  LINNET_RETURN_IF_ERROR(CheckEpilogue(ctx, output, attrs.activation()));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ctx.input(0).type, output));
  return PrepareWeight(ctx, *g);
}

void EvalF32(OpContext& ctx, const ConvGeometry& g, const kernels::Activation& activation) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  const float* weight = ctx.input(1).as<float>();
  if (ctx.input(1).order() == format::StorageOrder::Plain) {
    float* packed = static_cast<float*>(ctx.shared_scratch());
    kernels::PackDepthwise(size(g.channels), size(g.h.kernel * g.w.kernel), kWidth, weight, packed);
    weight = packed;
  }
  const kernels::DepthwiseF32 conv = {size(g.h.in),       size(g.w.in),
                                      size(g.h.out),      size(g.w.out),
                                      size(g.channels),   size(x.row_stride),
                                      size(y.row_stride), size(g.h.kernel),
                                      size(g.w.kernel),   size(g.h.stride),
                                      size(g.w.stride),   size(g.h.dilation),
                                      size(g.w.dilation), size(g.h.pad_begin),
                                      size(g.w.pad_begin), x.as<float>(),
                                      weight,             FloatsOrNull(ctx, 2),
                                      y.as<float>(),      activation};
  // A few bands of rows per thread, so that they end together.
  const size_t rows = size(g.batch * g.h.out);
  const size_t wanted = ctx.threads() > 1 ? static_cast<size_t>(ctx.threads()) * 4 : 1;
  const size_t bands = wanted < rows ? wanted : rows;
  ctx.Parallel(bands, [&](size_t band, int) {
    kernels::DepthwiseConvF32(conv, rows * band / bands, rows * (band + 1) / bands);
  });
}

Status Eval(OpContext& ctx) {
  const ConvGeometry& g = *ctx.state<ConvGeometry>();
  const kernels::Activation activation = ToKernel(ctx.attrs<format::DepthwiseConv2D>()->activation());
  if (ctx.output(0).elements() == 0) return Status();
  if (ctx.input(0).type == ElementType::kFloat32) {
    EvalF32(ctx, g, activation);
  } else {
    ConvolveWide(ctx, g, /*depthwise=*/true, activation);
  }
  return Status();
}

}  // namespace

const OpDef kDepthwiseConv2D = {format::OpCode::DepthwiseConv2D,
                                "DepthwiseConv2D",
                                format::OpAttrs::DepthwiseConv2D,
                                Prepare,
                                Eval,
                                kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
