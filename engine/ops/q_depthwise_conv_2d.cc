// QDepthwiseConv2D: y = requantised(sum over taps of x[.., j] * weight[ky, kx, j] + bias[j]), all int8;
// kernels/requantize.h has the arithmetic. What lies outside of the image is x's zero point.
// x [n, h, w, c], weight [kh, kw, c], bias int32 [c]? (less x's zero point times the weight's sum), nothing, multiplier
// float32 [c] or [1] -> y [n, oh, ow, c].
#include <algorithm>
#include <cstring>

#include "engine/ops/conv_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_common.h"
#include "format/storage.h"
#include "kernels/depthwise_i8.h"
#include "kernels/pack.h"
#include "kernels/task_grid.h"

namespace linnet::ops {
namespace {

constexpr ChannelOperands kOperands = {/*bias=*/2, /*multiplier=*/4, /*weight_sum=*/5};
constexpr size_t kWidth = 16;          // of the kernel's channel blocks
constexpr size_t kPartChannels = 128;  // of a task, whole blocks and cache lines
constexpr size_t kLeastTask = 64 * 1024;  // multiply-adds

struct QDepthwiseState {
  ConvGeometry geometry;
  int8_t pad;
  kernels::Requantize requantize;
  size_t packed_bytes;  // in shared scratch, of a weight in plain order; multipliers and a row of padding follow
};

Status PrepareWeight(OpContext& ctx, QDepthwiseState* state) {
  const ConvGeometry& g = state->geometry;
  const TensorSlot& weight = ctx.input(1);
  const size_t bytes =
      format::DepthwiseElements(static_cast<size_t>(g.channels), static_cast<size_t>(g.h.kernel * g.w.kernel), kWidth);
  if (weight.order() == format::StorageOrder::Plain) {
    state->packed_bytes = bytes;
  } else if (weight.order() != format::StorageOrder::Depthwise || weight.def->width() != kWidth ||
             weight.def->bytes() != bytes) {
    return ctx.Invalid("weight %s has storage order %d, width %d and %llu bytes, expected order %d, width %zu, %zu bytes",
                       ctx.Describe(1), static_cast<int>(weight.order()), weight.def->width(),
                       static_cast<unsigned long long>(weight.def->bytes()),
                       static_cast<int>(format::StorageOrder::Depthwise), kWidth, bytes);
  }
  const size_t row_bytes = static_cast<size_t>(g.w.in * g.channels);
  ctx.RequestScratch(state->packed_bytes + static_cast<size_t>(g.channels) * sizeof(float) + row_bytes, 0);
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 6, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kInt8));
  const auto& attrs = *ctx.attrs<format::DepthwiseConv2D>();
  const Shape& x = ctx.input(0).shape;
  const Shape& weight = ctx.input(1).shape;
  if (weight.rank() != 3 || x.rank() != 4 || weight[2] != x[3]) {
    return ctx.Invalid("weight %s does not fit x %s, expected [kh, kw, c] and [n, h, w, c]", ctx.Describe(1),
                       ctx.Describe(0, 1));
  }
  QDepthwiseState* state = ctx.NewState<QDepthwiseState>();
  if (state == nullptr) return ctx.OutOfMemory();
  ConvGeometry& g = state->geometry;
  LINNET_RETURN_IF_ERROR(ResolveGeometry(ctx, attrs, weight[0], weight[1], &g));
  g.outputs = g.group = g.channels;
  LINNET_RETURN_IF_ERROR(PrepareWeight(ctx, state));
  const int64_t taps = g.h.kernel * g.w.kernel;
  const ChannelOrder order = {g.channels, taps, state->packed_bytes != 0 ? g.channels : int64_t{kWidth}, taps, 1};
  LINNET_RETURN_IF_ERROR(CheckChannelOperands(ctx, kOperands, g.channels, taps, /*sums=*/false, &order));
  if (ctx.has_input(3)) return ctx.Unsupported("a residual");
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kInt8, {g.batch, g.h.out, g.w.out, g.channels}));
  TensorScale scale;
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, ctx.input(0), "x", &scale));
  LINNET_RETURN_IF_ERROR(ReadRequantize(ctx, attrs.activation(), &state->requantize));
  state->pad = static_cast<int8_t>(scale.zero_point);
  int32_t* zero_points;
  LINNET_RETURN_IF_ERROR(ReadWeightZeroPoints(ctx, ctx.input(1), g.channels, &zero_points));
  if (zero_points != nullptr) return ctx.Unsupported("zero points of a depthwise weight");
  return Status();
}

Status Eval(OpContext& ctx) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const QDepthwiseState& state = *ctx.state<QDepthwiseState>();
  const ConvGeometry& g = state.geometry;
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& y = ctx.output(0);
  if (y.elements() == 0) return Status();
  int8_t* scratch = static_cast<int8_t*>(ctx.shared_scratch());
  const int8_t* weight = ctx.input(1).as<int8_t>();
  if (state.packed_bytes != 0) {
    kernels::PackDepthwise(size(g.channels), size(g.h.kernel * g.w.kernel), kWidth, weight, scratch);
    weight = scratch;
  }
  kernels::DepthwiseI8 conv = {};
  conv.in_h = size(g.h.in), conv.in_w = size(g.w.in), conv.out_h = size(g.h.out), conv.out_w = size(g.w.out);
  conv.channels = size(g.channels), conv.x_stride = size(x.row_stride), conv.y_stride = size(y.row_stride);
  conv.kernel_h = size(g.h.kernel), conv.kernel_w = size(g.w.kernel);
  conv.stride_h = size(g.h.stride), conv.stride_w = size(g.w.stride);
  conv.dilation_h = size(g.h.dilation), conv.dilation_w = size(g.w.dilation);
  conv.pad_top = size(g.h.pad_begin), conv.pad_left = size(g.w.pad_begin);
  conv.x = x.as<int8_t>();
  conv.weight = weight;
  conv.bias = Int32OrNull(ctx, kOperands.bias);
  conv.multiplier =
      Multipliers(ctx.input(kOperands.multiplier), g.channels, reinterpret_cast<float*>(scratch + state.packed_bytes));
  conv.y = y.as<int8_t>();
  conv.x_pad = state.pad;
  int8_t* padding = scratch + state.packed_bytes + conv.channels * sizeof(float);
  conv.padding = padding;
  conv.padding_bytes = conv.in_w * conv.channels;
  std::memset(padding, state.pad, conv.padding_bytes);
  conv.requantize = state.requantize;
  // Weights are made ready in each task: so channels are shared out first.
  const size_t rows = size(g.batch * g.h.out), channels = conv.channels;
  const size_t work = size(y.elements() * g.h.kernel * g.w.kernel);
  const size_t wanted = kernels::TaskCount(size(ctx.threads()), work, kLeastTask);
  const size_t parts = wanted > 1 ? (channels + kPartChannels - 1) / kPartChannels : 1;
  const size_t bands = std::min((wanted + parts - 1) / parts, rows);
  ctx.Parallel(parts * bands, [&](size_t task, int) {
    const size_t first = task % parts * kPartChannels, band = task / parts;
    kernels::DepthwiseI8 part = conv;
    if (parts > 1) part.channels = std::min(channels - first, kPartChannels);
    part.x += first, part.y += first, part.multiplier += first;
    part.padding += first, part.padding_bytes -= first;
    part.weight += first * conv.kernel_h * conv.kernel_w;
    if (part.bias != nullptr) part.bias += first;
    kernels::DepthwiseConvI8(part, rows * band / bands, rows * (band + 1) / bands);
  });
  return Status();
}

}  // namespace

const OpDef kQDepthwiseConv2D = {format::OpCode::QDepthwiseConv2D,
                                 "QDepthwiseConv2D",
                                 format::OpAttrs::DepthwiseConv2D,
                                 Prepare,
                                 Eval,
                                 kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
