#include "engine/ops/conv_transpose_common.h"

namespace linnet::ops {
namespace {

constexpr int64_t kMaxImage = int64_t{1} << 31;
constexpr int64_t kMaxStride = 1024;
constexpr int64_t kMaxKernel = 4096;

// Settles padding and output size of one dimension as ONNX says; output_size < 0 where the model leaves it open.
Status ResolveTransposed(const OpContext& ctx, format::AutoPad auto_pad, int64_t output_pad, int64_t output_size,
                         Window* window) {
  Window& w = *window;
  if (w.kernel < 1 || w.kernel > kMaxKernel || w.stride < 1 || w.stride > kMaxStride || w.dilation < 1 ||
      w.pad_begin < 0 || w.pad_end < 0 || output_pad < 0 || w.in > kMaxImage) {
    return ctx.Invalid("kernel %lld, stride %lld, dilation %lld or pads %lld, %lld, %lld are out of range",
                       static_cast<long long>(w.kernel), static_cast<long long>(w.stride),
                       static_cast<long long>(w.dilation), static_cast<long long>(w.pad_begin),
                       static_cast<long long>(w.pad_end), static_cast<long long>(output_pad));
  }
  const bool same = auto_pad == format::AutoPad::SameUpper || auto_pad == format::AutoPad::SameLower;
  if (auto_pad == format::AutoPad::Valid) w.pad_begin = w.pad_end = 0;
  const int64_t full = (w.in - 1) * w.stride + (w.kernel - 1) * w.dilation + 1 + output_pad;
  w.out = output_size >= 0 ? output_size : same ? w.in * w.stride : full - w.pad_begin - w.pad_end;
  if (w.out < 0 || w.out > kMaxImage * kMaxStride) {
    return ctx.Invalid("%lld pixels would become %lld", static_cast<long long>(w.in), static_cast<long long>(w.out));
  }
  if (output_size >= 0 || same) {
    const int64_t total = full > w.out ? full - w.out : 0;
    w.pad_begin = auto_pad == format::AutoPad::SameUpper ? total / 2 : total - total / 2;
    w.pad_end = total - w.pad_begin;
  }
  return Status();
}

}  // namespace

Status ResolveConvTranspose2D(OpContext& ctx, ConvGeometry* g) {
  const auto& attrs = *ctx.attrs<format::ConvTranspose2D>();
  const Shape& x = ctx.input(0).shape;
  const Shape& weight = ctx.input(1).shape;
  if (x.rank() != 4) return ctx.Invalid("x is %s, expected [n, h, w, c]", ctx.Describe(0));
  if (weight.rank() != 4) return ctx.Invalid("weight is %s, expected [group * N, kh, kw, c/group]", ctx.Describe(1));
  *g = {x[0], x[3], weight[0], attrs.group(), {}, {}};
  if (g->group < 1 || g->outputs % g->group != 0 || weight[3] * g->group != g->channels) {
    return ctx.Invalid("%lld groups of weight %s do not fit x %s", static_cast<long long>(g->group), ctx.Describe(1),
                       ctx.Describe(0, 1));
  }
  const auto* size = attrs.output_shape();
  if (size != nullptr && size->size() != 0 && size->size() != 2) {
    return ctx.Invalid("output_shape has %u sizes, expected 2", size->size());
  }
  const bool fixed = size != nullptr && size->size() == 2;
  g->h = {x[1], 0, weight[1], attrs.stride_h(), attrs.dilation_h(), attrs.pad_top(), attrs.pad_bottom()};
  g->w = {x[2], 0, weight[2], attrs.stride_w(), attrs.dilation_w(), attrs.pad_left(), attrs.pad_right()};
  LINNET_RETURN_IF_ERROR(
      ResolveTransposed(ctx, attrs.auto_pad(), attrs.output_pad_h(), fixed ? size->Get(0) : -1, &g->h));
  return ResolveTransposed(ctx, attrs.auto_pad(), attrs.output_pad_w(), fixed ? size->Get(1) : -1, &g->w);
}

kernels::TransposePhase PhaseOf(const Window& w, int64_t r) {
  return kernels::PhaseOf(static_cast<size_t>(w.kernel), static_cast<size_t>(w.stride), static_cast<size_t>(w.dilation),
                          static_cast<size_t>(r));
}

int64_t FirstOutput(const Window& w, int64_t r) { return ((r - w.pad_begin) % w.stride + w.stride) % w.stride; }

size_t PadOf(const Window& w, const kernels::TransposePhase& phase, int64_t o) {
  if (phase.count == 0) return 0;
  const int64_t last = static_cast<int64_t>(phase.first + (phase.count - 1) * phase.step);
  return static_cast<size_t>(-((o + w.pad_begin - last * w.dilation) / w.stride));
}

}  // namespace linnet::ops
