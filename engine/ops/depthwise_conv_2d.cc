// DepthwiseConv2D: y[b, oy, ox, j] = activation(sum over taps of x[.., j] * weight[ky, kx, j] + bias[j]).
// x [n, h, w, c], weight [kh, kw, c], bias [c]? -> y [n, oh, ow, c]. fp32 through its kernel; any other real type by
// widening.
#include <algorithm>

#include "engine/ops/conv_common.h"
#include "engine/ops/ops.h"
#include "format/storage.h"
#include "kernels/depthwise_f32.h"
#include "kernels/pack.h"
#include "kernels/task_grid.h"

namespace linnet::ops {
namespace {

constexpr size_t kWidth = 16;             // of the kernel's channel blocks
constexpr size_t kLeastTask = 32 * 1024;  // multiply-adds

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

size_t Size(int64_t value) { return static_cast<size_t>(value); }

// The convolution with the weight as the model has it.
kernels::DepthwiseF32 ConvOf(const OpContext& ctx, const ConvGeometry& g) {
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  return {Size(g.h.in),
          Size(g.w.in),
          Size(g.h.out),
          Size(g.w.out),
          Size(g.channels),
          Size(x.row_stride),
          Size(y.row_stride),
          Size(g.h.kernel),
          Size(g.w.kernel),
          Size(g.h.stride),
          Size(g.w.stride),
          Size(g.h.dilation),
          Size(g.w.dilation),
          Size(g.h.pad_begin),
          Size(g.w.pad_begin),
          x.as<float>(),
          ctx.input(1).as<float>(),
          FloatsOrNull(ctx, 2),
          y.as<float>(),
          ToKernel(ctx.attrs<format::DepthwiseConv2D>()->activation())};
}

void EvalF32(OpContext& ctx, const ConvGeometry& g) {
  kernels::DepthwiseF32 conv = ConvOf(ctx, g);
  if (ctx.input(1).order() == format::StorageOrder::Plain) {
    float* packed = static_cast<float*>(ctx.shared_scratch());
    kernels::PackDepthwise(Size(g.channels), Size(g.h.kernel * g.w.kernel), kWidth, conv.weight, packed);
    conv.weight = packed;
  }
  const size_t rows = Size(g.batch * g.h.out);
  const size_t work = Size(ctx.output(0).elements() * g.h.kernel * g.w.kernel);
  const size_t bands = std::min(kernels::TaskCount(Size(ctx.threads()), work, kLeastTask), rows);
  ctx.Parallel(bands, [&](size_t band, int) {
    kernels::DepthwiseConvF32(conv, rows * band / bands, rows * (band + 1) / bands);
  });
}

Status Eval(OpContext& ctx) {
  const ConvGeometry& g = *ctx.state<ConvGeometry>();
  if (ctx.output(0).elements() == 0) return Status();
  if (ctx.input(0).type == ElementType::kFloat32) {
    EvalF32(ctx, g);
  } else {
    ConvolveWide(ctx, g, /*depthwise=*/true, ToKernel(ctx.attrs<format::DepthwiseConv2D>()->activation()));
  }
  return Status();
}

// --- As a stage of a chain ---

bool DescribeBand(OpContext& ctx, BandGeometry* geometry) {
  const ConvGeometry& g = *ctx.state<ConvGeometry>();
  *geometry = BandOf(g.h);
  return ctx.input(0).type == ElementType::kFloat32 && ctx.input(1).order() != format::StorageOrder::Plain &&
         g.batch == 1 && ctx.output(0).elements() > 0;
}

size_t PlanBand(OpContext&, size_t) { return 0; }

void RunBand(OpContext& ctx, const Band& band) {
  kernels::DepthwiseF32 conv = ConvOf(ctx, *ctx.state<ConvGeometry>());
  conv.x = static_cast<const float*>(band.x);
  conv.y = static_cast<float*>(band.y);
  kernels::DepthwiseConvF32(conv, band.begin, band.end);
}

constexpr BandOp kBand = {DescribeBand, PlanBand, RunBand};

}  // namespace

const OpDef kDepthwiseConv2D = {format::OpCode::DepthwiseConv2D,
                                "DepthwiseConv2D",
                                format::OpAttrs::DepthwiseConv2D,
                                Prepare,
                                Eval,
                                kStridedInputs | kStridedOutputs | kPackedInputs,
                                /*version=*/1,
                                /*custom=*/nullptr,
                                &kBand};

}  // namespace linnet::ops
