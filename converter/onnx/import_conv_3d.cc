// Convolutions in three dimensions, as sums of those in two: one for each plane of the kernel, over all planes of x at
// once. And CausalConvWithState.
#include <algorithm>

#include "converter/onnx/attention.h"
#include "converter/onnx/conv_3d.h"
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kDims = 3;

struct Window {
  int kernel[kDims];
  int stride[kDims] = {1, 1, 1}, dilation[kDims] = {1, 1, 1}, begin[kDims] = {0, 0, 0}, end[kDims] = {0, 0, 0};
  format::AutoPad auto_pad = format::AutoPad::NotSet;
};

Status ReadList(ImportContext& ctx, const char* attribute, int lowest, int* target) {
  const std::vector<int> values = ctx.Ints(attribute);
  if (values.empty()) return {};
  if (values.size() != kDims)
    return ctx.Invalid("attribute '%s' has %zu entries, expected 3", attribute, values.size());
  for (int d = 0; d < kDims; ++d) {
    if (values[static_cast<size_t>(d)] < lowest) return ctx.Invalid("attribute '%s' is out of range", attribute);
    target[d] = values[static_cast<size_t>(d)];
  }
  return {};
}

Status ReadWindow(ImportContext& ctx, const Shape& weight, Window* window) {
  for (int d = 0; d < kDims; ++d) window->kernel[d] = static_cast<int>(std::min<int64_t>(weight[2 + d], INT32_MAX));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "strides", 1, window->stride));
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "dilations", 1, window->dilation));
  const std::vector<int> pads = ctx.Ints("pads");
  if (!pads.empty() && pads.size() != 2 * kDims) return ctx.Invalid("pads has %zu entries, expected 6", pads.size());
  for (size_t d = 0; d < pads.size() / 2; ++d) {
    window->begin[d] = pads[d];
    window->end[d] = pads[kDims + d];
  }
  const std::string text = ctx.String("auto_pad", "NOTSET");
  if (text == "SAME_UPPER") window->auto_pad = format::AutoPad::SameUpper;
  if (text == "SAME_LOWER") window->auto_pad = format::AutoPad::SameLower;
  if (text == "VALID") window->auto_pad = format::AutoPad::Valid;
  return {};
}

// Rows and columns, as the two-dimensional ops have them.
template <typename Attrs>
void SetPlane(const Window& window, Attrs* attrs) {
  attrs->stride_h = window.stride[1];
  attrs->stride_w = window.stride[2];
  attrs->dilation_h = window.dilation[1];
  attrs->dilation_w = window.dilation[2];
  attrs->pad_top = window.begin[1];
  attrs->pad_left = window.begin[2];
  attrs->pad_bottom = window.end[1];
  attrs->pad_right = window.end[2];
  attrs->auto_pad = window.auto_pad;
}

ValueId Reshape(ImportContext& ctx, ValueId x, const Values& sizes) {
  format::ReshapeT attrs;
  attrs.allow_zero = true;
  return ctx.Emit(OpCode::Reshape, {x, ctx.Concat(sizes, 0)}, std::move(attrs));
}

// [n, d, h, w, c] -> [n * d, h, w, c]
ValueId MergePlanes(ImportContext& ctx, ValueId x) {
  const ValueId planes = ctx.Emit(OpCode::Mul, {SizeOf(ctx, x, 0), SizeOf(ctx, x, 1)});
  return Reshape(ctx, x, {planes, SizeOf(ctx, x, 2), SizeOf(ctx, x, 3), SizeOf(ctx, x, 4)});
}
// And back, n and d being those of `like`.
ValueId SplitPlanes(ImportContext& ctx, ValueId x, ValueId like) {
  return Reshape(ctx, x,
                 {SizeOf(ctx, like, 0), SizeOf(ctx, like, 1), SizeOf(ctx, x, 1), SizeOf(ctx, x, 2), SizeOf(ctx, x, 3)});
}

// Adds planes (or takes them away) before and after those along `axis`.
ValueId PadPlanes(ImportContext& ctx, ValueId x, int axis, int64_t before, int64_t after) {
  if (before == 0 && after == 0) return x;
  return ctx.Emit(OpCode::Pad, {x, ctx.IntsConstant({before, after}), kNoValue, ctx.IntsConstant({axis})},
                  format::PadT());
}

void SplitPadding(format::AutoPad auto_pad, int64_t total, int* begin, int* end) {
  const int64_t bounded = std::min<int64_t>(std::max<int64_t>(total, 0), INT32_MAX);
  *begin = static_cast<int>(auto_pad == format::AutoPad::SameLower ? bounded - bounded / 2 : bounded / 2);
  *end = static_cast<int>(bounded) - *begin;
}

// Padding of planes where it follows from their number.
Status FindPlanePadding(ImportContext& ctx, ValueId x, Window* window) {
  if (window->auto_pad == format::AutoPad::NotSet) return {};
  window->begin[0] = window->end[0] = 0;
  if (window->auto_pad == format::AutoPad::Valid) return {};
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(x, &shape));
  const int64_t out = (shape[2] + window->stride[0] - 1) / window->stride[0];
  const int64_t span = (out - 1) * window->stride[0] + int64_t{window->kernel[0] - 1} * window->dilation[0] + 1;
  SplitPadding(window->auto_pad, span - shape[2], &window->begin[0], &window->end[0]);
  return {};
}

Status CheckGroup(ImportContext& ctx, ValueId x, const Shape& weight, int group) {
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(x, &rank));
  if (rank != weight.rank()) return ctx.Invalid("x has rank %d, the weight %d", rank, weight.rank());
  if (group < 1 || weight[0] % group != 0 || weight[2] < 1) return ctx.Invalid("group is %d", group);
  return {};
}

}  // namespace

Status EmitConv3D(ImportContext& ctx, ValueId x, ValueId w, ValueId bias, ValueId* y) {
  Shape weight;
  Window window;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(w, &weight));
  LINNET_RETURN_IF_ERROR(ReadWindow(ctx, weight, &window));
  const int group = ctx.Int("group", 1), planes = window.kernel[0];
  LINNET_RETURN_IF_ERROR(CheckGroup(ctx, x, weight, group));
  LINNET_RETURN_IF_ERROR(FindPlanePadding(ctx, x, &window));
  const ValueId in = PadPlanes(ctx, ctx.ToChannelsLast(x, 5), 1, window.begin[0], window.end[0]);
  const bool depthwise = group > 1 && weight[0] == group && weight[1] == 1;
  ValueId first = kNoValue;
  *y = kNoValue;
  for (int k = 0; k < planes; ++k) {
    // Plane k of the kernel meets planes k * dilation, k * dilation + stride ... of x.
    const int64_t after = int64_t{planes - 1 - k} * window.dilation[0];
    const ValueId part =
        ctx.Slice(in, 1, int64_t{k} * window.dilation[0], after > 0 ? -after : INT64_MAX, window.stride[0]);
    const ValueId kernel = ctx.Squeeze(ctx.Slice(w, 2, k, k + 1), {2});
    if (k == 0) first = part;
    ValueId product = kNoValue;
    if (depthwise) {
      format::DepthwiseConv2DT attrs;
      SetPlane(window, &attrs);
      const ValueId taps = ctx.Transpose(ctx.Squeeze(kernel, {1}), {1, 2, 0});
      product =
          ctx.Emit(OpCode::DepthwiseConv2D, {MergePlanes(ctx, part), taps, k == 0 ? bias : kNoValue}, std::move(attrs));
    } else {
      format::Conv2DT attrs;
      SetPlane(window, &attrs);
      attrs.group = group;
      product = ctx.Emit(OpCode::Conv2D,
                         {MergePlanes(ctx, part), ctx.Transpose(kernel, {0, 2, 3, 1}), k == 0 ? bias : kNoValue},
                         std::move(attrs));
    }
    *y = k == 0 ? product : ctx.Emit(OpCode::Add, {*y, product});
  }
  *y = ctx.ToChannelsFirst(SplitPlanes(ctx, *y, first), 5);
  return {};
}

Status EmitConvTranspose3D(ImportContext& ctx, ValueId x, ValueId w, ValueId bias, ValueId* y) {
  Shape weight, shape;
  Window window;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(w, &weight));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(x, &shape));
  LINNET_RETURN_IF_ERROR(ReadWindow(ctx, weight, &window));
  const int group = ctx.Int("group", 1), planes = window.kernel[0], stride = window.stride[0];
  LINNET_RETURN_IF_ERROR(CheckGroup(ctx, x, weight, group));
  int extra[kDims] = {0, 0, 0};
  LINNET_RETURN_IF_ERROR(ReadList(ctx, "output_padding", 0, extra));
  std::vector<int64_t> sizes = ctx.Ints64("output_shape");
  if (sizes.size() == kDims + 2) sizes.erase(sizes.begin(), sizes.begin() + 2);
  if (!sizes.empty() && sizes.size() != kDims) return ctx.Invalid("output_shape has %zu entries", sizes.size());
  const int64_t span = (shape[2] - 1) * stride + 1 + int64_t{planes - 1} * window.dilation[0];
  const bool same = window.auto_pad == format::AutoPad::SameUpper || window.auto_pad == format::AutoPad::SameLower;
  if (window.auto_pad == format::AutoPad::Valid) window.begin[0] = window.end[0] = 0;
  if (!sizes.empty() || same) {
    const int64_t wanted = sizes.empty() ? shape[2] * stride : sizes[0];
    SplitPadding(window.auto_pad, span + extra[0] - wanted, &window.begin[0], &window.end[0]);
  }
  const ValueId in = ctx.ToChannelsLast(x, 5), merged = MergePlanes(ctx, in);
  *y = kNoValue;
  for (int k = 0; k < planes; ++k) {
    format::ConvTranspose2DT attrs;
    SetPlane(window, &attrs);
    attrs.output_pad_h = extra[1];
    attrs.output_pad_w = extra[2];
    attrs.group = group;
    if (!sizes.empty()) attrs.output_shape = {sizes[1], sizes[2]};
    // w [c, N/group, kh, kw] -> [N, kh, kw, c/group]
    const ValueId plane = ctx.Squeeze(ctx.Slice(w, 2, k, k + 1), {2});
    const ValueId split = ctx.Reshape(plane, {group, weight[0] / group, weight[1], weight[3], weight[4]}, true);
    const ValueId kernel = ctx.Reshape(ctx.Transpose(split, {0, 2, 3, 4, 1}),
                                       {group * weight[1], weight[3], weight[4], weight[0] / group}, true);
    ValueId part = SplitPlanes(ctx, ctx.Emit(OpCode::ConvTranspose2D, {merged, kernel}, std::move(attrs)), in);
    if (stride > 1) {  // stride - 1 empty planes after each, but not after the last
      const ValueId spread = PadPlanes(ctx, ctx.Unsqueeze(part, {2}), 2, 0, stride - 1);
      const ValueId count = ctx.Emit(OpCode::Mul, {SizeOf(ctx, spread, 1), SizeOf(ctx, spread, 2)});
      part = Reshape(
          ctx, spread,
          {SizeOf(ctx, spread, 0), count, SizeOf(ctx, spread, 3), SizeOf(ctx, spread, 4), SizeOf(ctx, spread, 5)});
    }
    const int64_t before = int64_t{k} * window.dilation[0];
    part = PadPlanes(ctx, part, 1, before, int64_t{planes - 1 - k} * window.dilation[0] - (stride - 1));
    *y = k == 0 ? part : ctx.Emit(OpCode::Add, {*y, part});
  }
  *y = PadPlanes(ctx, *y, 1, -window.begin[0], int64_t{extra[0]} - window.end[0]);
  if (bias != kNoValue) *y = ctx.Emit(OpCode::Add, {*y, bias});
  *y = ctx.ToChannelsFirst(*y, 5);
  return {};
}

// x [b, c, n], weight [c, 1, k], bias [c]?, the k - 1 values before x?, else zeros; y [b, c, n], and the last k - 1.
Status ImportCausalConvWithState(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 4));
  Shape weight;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &weight));
  if (weight.rank() != 3 || weight[1] != 1 || weight[2] < 1 || weight[2] > INT32_MAX) {
    return ctx.Invalid("a weight of rank %d, expected [channels, 1, k]", weight.rank());
  }
  const std::string activation = ctx.String("activation", "none");
  const bool silu = activation == "silu" || activation == "swish";
  if (!silu && activation != "none") return ctx.Invalid("activation is '%s'", activation.c_str());
  const int64_t before = weight[2] - 1;
  const ValueId padded =
      ctx.HasInput(3) ? ctx.Concat({ctx.Input(3), ctx.Input(0)}, 2) : PadPlanes(ctx, ctx.Input(0), 2, before, 0);
  const ValueId in = ctx.Unsqueeze(ctx.ToChannelsLast(padded, 3), {1});
  const ValueId taps = ctx.Unsqueeze(ctx.Transpose(ctx.Squeeze(ctx.Input(1), {1}), {1, 0}), {0});
  const ValueId sums = ctx.Emit(OpCode::DepthwiseConv2D, {in, taps, ctx.Input(2)}, format::DepthwiseConv2DT());
  const ValueId y = ctx.ToChannelsFirst(ctx.Squeeze(sums, {1}), 3);
  ctx.SetOutput(0, silu ? ctx.Emit(OpCode::Silu, {y}) : y);
  ctx.SetOutput(1, ctx.Slice(padded, 2, before == 0 ? INT64_MAX : -before, INT64_MAX));
  return {};
}

}  // namespace linnet::converter::onnx
