#include "engine/ops/conv_common.h"

namespace linnet::ops {
namespace {

// Large enough for every model, small enough that sums and products of a few stay far from overflow.
constexpr int64_t kMaxImage = int64_t{1} << 31;
constexpr int64_t kMaxKernel = int64_t{1} << 16;

}  // namespace

void MultiplyAddWide(const TensorSlot& x, int64_t x_first, const TensorSlot& weight, int64_t w_first, int64_t n,
                     double* sum) {
  Wide a[kWideBlock], b[kWideBlock];
  for (int64_t done = 0; done < n; done += kWideBlock) {
    const size_t count = n - done < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(n - done) : kWideBlock;
    Widen(x.type, x.data, x_first + done, count, WideKind::kReal, a);
    Widen(weight.type, weight.data, w_first + done, count, WideKind::kReal, b);
    for (size_t i = 0; i < count; ++i) *sum += a[i].f * b[i].f;
  }
}

double ReadReal(const TensorSlot& slot, int64_t i) {
  Wide value;
  Widen(slot.type, slot.data, i, 1, WideKind::kReal, &value);
  return value.f;
}

Status ResolveWindow(const OpContext& ctx, format::AutoPad auto_pad, Window* window) {
  Window& w = *window;
  if (w.kernel < 1 || w.stride < 1 || w.dilation < 1 || w.pad_begin < 0 || w.pad_end < 0 || w.kernel > kMaxKernel ||
      w.in > kMaxImage) {
    return ctx.Invalid("kernel %lld, stride %lld, dilation %lld or pads %lld, %lld are out of range",
                       static_cast<long long>(w.kernel), static_cast<long long>(w.stride),
                       static_cast<long long>(w.dilation), static_cast<long long>(w.pad_begin),
                       static_cast<long long>(w.pad_end));
  }
  const int64_t span = (w.kernel - 1) * w.dilation + 1;
  if (auto_pad == format::AutoPad::SameUpper || auto_pad == format::AutoPad::SameLower) {
    w.out = (w.in + w.stride - 1) / w.stride;
    const int64_t needed = (w.out - 1) * w.stride + span - w.in;
    const int64_t total = w.in > 0 && needed > 0 ? needed : 0;
    w.pad_begin = auto_pad == format::AutoPad::SameUpper ? total / 2 : total - total / 2;
    w.pad_end = total - w.pad_begin;
    return Status();
  }
  if (auto_pad == format::AutoPad::Valid) w.pad_begin = w.pad_end = 0;
  const int64_t room = w.in + w.pad_begin + w.pad_end - span;
  if (room < 0) {
    return ctx.Invalid("a kernel that spans %lld does not fit into %lld with pads %lld, %lld",
                       static_cast<long long>(span), static_cast<long long>(w.in), static_cast<long long>(w.pad_begin),
                       static_cast<long long>(w.pad_end));
  }
  w.out = room / w.stride + 1;
  return Status();
}

Status ResolveConv2D(OpContext& ctx, const format::Conv2D& attrs, ConvGeometry* g) {
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& weight = ctx.input(1);
  const int64_t group = attrs.group();
  if (x.rank() != 4) return ctx.Invalid("x is %s, expected [n, h, w, c]", ctx.Describe(0));
  if (weight.rank() != 4) return ctx.Invalid("weight is %s, expected [N, kh, kw, c/group]", ctx.Describe(1));
  if (group < 1 || weight.shape[0] % group != 0 || weight.shape[3] * group != x.shape[3]) {
    return ctx.Invalid("%lld groups of weight %s do not fit x %s", static_cast<long long>(group), ctx.Describe(1),
                       ctx.Describe(0, 1));
  }
  LINNET_RETURN_IF_ERROR(ResolveGeometry(ctx, attrs, weight.shape[1], weight.shape[2], g));
  g->outputs = weight.shape[0];
  g->group = group;
  return Status();
}

Status ExpectConvType(OpContext& ctx) {
  const ElementType type = ctx.input(0).type;
  if (WideKindOf(type) == WideKind::kReal && ElementBits(type) >= 16) return Status();
  return ctx.Unsupported("x is %s, expected floating point of at least 16 bits", ctx.Describe(0));
}

Status ExpectPlainButWeight(const OpContext& ctx) {
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (i != 1 && ctx.has_input(i) && ctx.input(i).order() != format::StorageOrder::Plain) {
      return ctx.Invalid("input %d is packed; only the weight may be", i);
    }
  }
  return Status();
}

Status CheckEpilogue(OpContext& ctx, const Shape& output, const format::Activation* activation) {
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, activation, ctx.input(0).type));
  if (ctx.has_input(2)) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(2));
    if (ctx.input(2).shape != Shape({output.back()})) {
      return ctx.Invalid("bias is %s, expected [%lld]", ctx.Describe(2), static_cast<long long>(output.back()));
    }
  }
  if (ctx.has_input(3)) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(3));
    if (ctx.input(3).shape != output) {
      return ctx.Invalid("residual is %s, which is not the output's shape", ctx.Describe(3));
    }
  }
  return Status();
}

Status CheckPanels(OpContext& ctx, int input, int64_t group, int64_t n, int64_t k, kernels::GemmB* layout) {
  const TensorSlot& weight = ctx.input(input);
  const size_t width = weight.def->width();
  if (weight.order() != format::StorageOrder::Panels) {
    return ctx.Unsupported("input %d has storage order %d", input, static_cast<int>(weight.order()));
  }
  if (weight.type != ElementType::kFloat32 && weight.type != ElementType::kFloat16) {
    return ctx.Invalid("input %d has panels of %s", input, ElementTypeName(weight.type));
  }
  const bool fits = width == 16 || ((width == 8 || width == 4) && n <= static_cast<int64_t>(width));
  if (!fits || weight.def->group() != static_cast<uint64_t>(group)) {
    return ctx.Invalid("input %d has %u sets of panels of width %zu, which do not fit %lld groups of %lld channels",
                       input, weight.def->group(), width, static_cast<long long>(group), static_cast<long long>(n));
  }
  // format::PanelElements, guarded: the logical shape fits into memory, but its padding may not.
  const size_t element = weight.type == ElementType::kFloat32 ? 4 : 2;
  size_t bytes = element * width;
  const size_t panels = (static_cast<size_t>(n) + width - 1) / width;
  if (__builtin_mul_overflow(bytes, panels, &bytes) || __builtin_mul_overflow(bytes, static_cast<size_t>(k), &bytes) ||
      __builtin_mul_overflow(bytes, static_cast<size_t>(group), &bytes) || weight.def->bytes() != bytes) {
    return ctx.Invalid("input %d has %llu bytes, its panels need %zu", input,
                       static_cast<unsigned long long>(weight.def->bytes()), bytes);
  }
  *layout = element == 4 ? kernels::GemmB::kPanels : kernels::GemmB::kPanelsF16;
  return Status();
}

void ConvolveWide(OpContext& ctx, const ConvGeometry& g, bool depthwise, const kernels::Activation& activation) {
  const TensorSlot& x = ctx.input(0);
  const TensorSlot& weight = ctx.input(1);
  const TensorSlot& y = ctx.output(0);
  const int64_t per_group = g.channels / g.group, outputs_per_group = g.outputs / g.group;
  ctx.Parallel(static_cast<size_t>(g.batch * g.h.out), [&](size_t row, int) {
    const int64_t b = static_cast<int64_t>(row) / g.h.out, oy = static_cast<int64_t>(row) % g.h.out;
    for (int64_t ox = 0; ox < g.w.out; ++ox) {
      const int64_t pixel = static_cast<int64_t>(row) * g.w.out + ox;
      for (int64_t j = 0; j < g.outputs; ++j) {
        double sum = ctx.has_input(2) ? ReadReal(ctx.input(2), j) : 0;
        if (ctx.has_input(3)) sum += ReadReal(ctx.input(3), pixel * ctx.input(3).row_stride + j);
        for (int64_t tap = 0; tap < g.h.kernel * g.w.kernel; ++tap) {
          const int64_t iy = oy * g.h.stride + tap / g.w.kernel * g.h.dilation - g.h.pad_begin;
          const int64_t ix = ox * g.w.stride + tap % g.w.kernel * g.w.dilation - g.w.pad_begin;
          if (iy < 0 || iy >= g.h.in || ix < 0 || ix >= g.w.in) continue;
          const int64_t x_first = ((b * g.h.in + iy) * g.w.in + ix) * x.row_stride + j / outputs_per_group * per_group;
          const int64_t w_first =
              depthwise ? tap * g.channels + j : (j * g.h.kernel * g.w.kernel + tap) * per_group;
          MultiplyAddWide(x, x_first, weight, w_first, per_group, &sum);
        }
        Wide result;
        result.f = sum;
        ApplyActivationWide(activation, 1, &result);
        Narrow(y.type, &result, WideKind::kReal, pixel * y.row_stride + j, 1, y.data);
      }
    }
  });
}

}  // namespace linnet::ops
