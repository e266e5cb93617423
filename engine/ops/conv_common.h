// What the convolutions share: geometry of a sliding window, packed weights, and the slow path for uncommon types.
#ifndef LINNET_ENGINE_OPS_CONV_COMMON_H_
#define LINNET_ENGINE_OPS_CONV_COMMON_H_

#include "engine/activation.h"
#include "engine/band.h"
#include "engine/op.h"
#include "kernels/gemm_f32.h"

namespace linnet::ops {

// One spatial dimension of a window that slides over an image.
struct Window {
  int64_t in, out, kernel, stride, dilation, pad_begin, pad_end;
};

// A 2-D convolution over x [batch, h.in, w.in, channels], with its padding settled.
struct ConvGeometry {
  int64_t batch, channels, outputs, group;
  Window h, w;
};

// Checks kernel, stride, dilation and pads, settles the padding as auto_pad says, and computes `out`.
Status ResolveWindow(const OpContext& ctx, format::AutoPad auto_pad, Window* window);

// Checks x [n, h, w, c] and reads the attributes of Conv2D or DepthwiseConv2D, but for channels, outputs and group.
template <typename Attrs>
Status ResolveGeometry(const OpContext& ctx, const Attrs& attrs, int64_t kernel_h, int64_t kernel_w, ConvGeometry* g) {
  const Shape& x = ctx.input(0).shape;
  if (x.rank() != 4) return ctx.Invalid("x is %s, expected [n, h, w, c]", ctx.Describe(0));
  g->batch = x[0];
  g->channels = x[3];
  g->h = {x[1], 0, kernel_h, attrs.stride_h(), attrs.dilation_h(), attrs.pad_top(), attrs.pad_bottom()};
  g->w = {x[2], 0, kernel_w, attrs.stride_w(), attrs.dilation_w(), attrs.pad_left(), attrs.pad_right()};
  LINNET_RETURN_IF_ERROR(ResolveWindow(ctx, attrs.auto_pad(), &g->h));
  return ResolveWindow(ctx, attrs.auto_pad(), &g->w);
}

// Checks x [n, h, w, c] and weight [N, kh, kw, c/group] of a convolution, and settles its geometry.
Status ResolveConv2D(OpContext& ctx, const format::Conv2D& attrs, ConvGeometry* g);

// The patches of one group as rows of a product, for x with pixels x_stride elements apart.
inline kernels::ConvRows RowsOf(const ConvGeometry& g, int64_t x_stride) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  return {size(g.h.in),     size(g.w.in),       size(g.channels / g.group), size(x_stride),
          size(g.h.out),    size(g.w.out),      size(g.h.kernel),           size(g.w.kernel),
          size(g.h.stride), size(g.w.stride),   size(g.h.dilation),         size(g.w.dilation),
          size(g.h.pad_begin), size(g.w.pad_begin)};
}

// True if rows of the product are pixels as they lie.
inline bool IsPointwise(const ConvGeometry& g) {
  return g.h.kernel == 1 && g.w.kernel == 1 && g.h.stride == 1 && g.w.stride == 1 && g.h.in == g.h.out &&
         g.w.in == g.w.out && g.h.pad_begin == 0 && g.w.pad_begin == 0;
}

// Rows of x that rows of y depend on, without batch.
inline BandGeometry BandOf(const Window& h) {
  return {h.in, h.out, (h.kernel - 1) * h.dilation + 1, h.stride, h.pad_begin};
}

// Checks that x is floating point of 16 bits or more.
Status ExpectConvType(OpContext& ctx);

// Checks that no input but input 1 is packed.
Status ExpectPlainButWeight(const OpContext& ctx);

// Checks that, types and shapes of the optional bias (input 2, [outputs]) and residual (input 3, the shape of the output),
// and the activation.
Status CheckEpilogue(OpContext& ctx, const Shape& output, const format::Activation* activation);

// For a weight in Panels order: checks element type, width, group and bytes for `group` matrices [n, k], and says which
// layout the kernel reads. A weight in any other packed order is an error.
Status CheckPanels(OpContext& ctx, int input, int64_t group, int64_t n, int64_t k, kernels::GemmB* layout);

inline const float* FloatsOrNull(const OpContext& ctx, int i) {
  return ctx.has_input(i) ? ctx.input(i).as<const float>() : nullptr;
}

// For types other than fp32: element i as double, and *sum += x[x_first + i] * weight[w_first + i] for i < n.
double ReadReal(const TensorSlot& slot, int64_t i);
void MultiplyAddWide(const TensorSlot& x, int64_t x_first, const TensorSlot& weight, int64_t w_first, int64_t n,
                     double* sum);

// Sum, bias, residual and activation for every element type but fp32: y = conv(x, weight), weight [outputs, kh, kw,
// channels / group], or [kh, kw, channels] if `depthwise`. Any real type; sums in double, rounded once.
void ConvolveWide(OpContext& ctx, const ConvGeometry& geometry, bool depthwise, const kernels::Activation& activation);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CONV_COMMON_H_
