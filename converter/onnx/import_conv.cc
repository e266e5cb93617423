// Convolutions. ONNX: x [n, c, spatial...], w [N, c/group, kernel...]; engine: x [n, h, w, c], weight [N, kh, kw,
// c/group], or [kh, kw, c] where every channel has a filter of its own. One spatial dimension is taken as two with a
// height of 1.
#include <numeric>

#include "converter/onnx/conv_3d.h"
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kSpatial = 2;  // dimensions of the engine's convolutions

struct Window {
  int kernel[kSpatial] = {1, 1};
  int stride[kSpatial] = {1, 1};
  int dilation[kSpatial] = {1, 1};
  int begin[kSpatial] = {0, 0};  // padding
  int end[kSpatial] = {0, 0};
  format::AutoPad auto_pad = format::AutoPad::NotSet;
};

// Copies one number per spatial dimension into the last of `target`.
Status TakeSpatial(ImportContext& ctx, const char* attribute, int spatial, int* target) {
  const std::vector<int> values = ctx.Ints(attribute);
  if (values.empty()) return {};
  if (static_cast<int>(values.size()) != spatial) {
    return ctx.Invalid("attribute '%s' has %zu entries for %d spatial dimensions", attribute, values.size(), spatial);
  }
  for (int i = 0; i < spatial; ++i) target[kSpatial - spatial + i] = values[i];
  return {};
}

Status ReadAutoPad(ImportContext& ctx, format::AutoPad* auto_pad) {
  const std::string text = ctx.String("auto_pad", "NOTSET");
  if (text == "NOTSET" || text.empty()) {
    *auto_pad = format::AutoPad::NotSet;
  } else if (text == "SAME_UPPER") {
    *auto_pad = format::AutoPad::SameUpper;
  } else if (text == "SAME_LOWER") {
    *auto_pad = format::AutoPad::SameLower;
  } else if (text == "VALID") {
    *auto_pad = format::AutoPad::Valid;
  } else {
    return ctx.Invalid("auto_pad is '%s'", text.c_str());
  }
  return {};
}

// Attributes that Conv and ConvTranspose share; the kernel comes from the weight's shape.
Status ReadWindow(ImportContext& ctx, const Shape& weight, Window* window) {
  const int spatial = weight.rank() - 2;
  if (spatial < 1) return ctx.Invalid("the weight has rank %d, expected at least 3", weight.rank());
  if (spatial > kSpatial) return ctx.Unsupported("%d spatial dimensions; there are 1 to 3", spatial);
  for (int i = 0; i < spatial; ++i) {
    window->kernel[kSpatial - spatial + i] = static_cast<int>(std::min<int64_t>(weight[2 + i], INT32_MAX));
  }
  int kernel[kSpatial] = {window->kernel[0], window->kernel[1]};
  LINNET_RETURN_IF_ERROR(TakeSpatial(ctx, "kernel_shape", spatial, kernel));
  if (kernel[0] != window->kernel[0] || kernel[1] != window->kernel[1]) {
    return ctx.Invalid("kernel_shape differs from the weight's");
  }
  LINNET_RETURN_IF_ERROR(TakeSpatial(ctx, "strides", spatial, window->stride));
  LINNET_RETURN_IF_ERROR(TakeSpatial(ctx, "dilations", spatial, window->dilation));
  const std::vector<int> pads = ctx.Ints("pads");
  if (!pads.empty() && static_cast<int>(pads.size()) != 2 * spatial) {
    return ctx.Invalid("attribute 'pads' has %zu entries for %d spatial dimensions", pads.size(), spatial);
  }
  for (int i = 0; i < static_cast<int>(pads.size()) / 2; ++i) {
    window->begin[kSpatial - spatial + i] = pads[i];
    window->end[kSpatial - spatial + i] = pads[spatial + i];
  }
  return ReadAutoPad(ctx, &window->auto_pad);
}

template <typename Attrs>
Attrs WindowAttributes(const Window& window) {
  Attrs attrs;
  attrs.stride_h = window.stride[0];
  attrs.stride_w = window.stride[1];
  attrs.dilation_h = window.dilation[0];
  attrs.dilation_w = window.dilation[1];
  attrs.pad_top = window.begin[0];
  attrs.pad_left = window.begin[1];
  attrs.pad_bottom = window.end[0];
  attrs.pad_right = window.end[1];
  attrs.auto_pad = window.auto_pad;
  return attrs;
}

// [n, c, w] or [n, c, h, w] -> [n, h, w, c].
ValueId SpatialInput(ImportContext& ctx, ValueId x, int rank) {
  const ValueId last = ctx.ToChannelsLast(x, rank);
  return rank == 3 ? ctx.Unsqueeze(last, {1}) : last;
}

ValueId SpatialOutput(ImportContext& ctx, ValueId y, int rank) {
  return ctx.ToChannelsFirst(rank == 3 ? ctx.Squeeze(y, {1}) : y, rank);
}

// w [N, c/group, k] or [N, c/group, kh, kw] -> [N, c/group, kh, kw].
ValueId KernelOf2D(ImportContext& ctx, ValueId w, int rank) { return rank == 3 ? ctx.Unsqueeze(w, {2}) : w; }

// x and w as ONNX has them. `bias` may be left out.
Status EmitConv(ImportContext& ctx, ValueId x, ValueId w, ValueId bias, ValueId* y) {
  Shape weight;
  Window window;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(w, &weight));
  if (weight.rank() == 5) return EmitConv3D(ctx, x, w, bias, y);
  LINNET_RETURN_IF_ERROR(ReadWindow(ctx, weight, &window));
  const int group = ctx.Int("group", 1);
  if (group < 1 || weight[0] % group != 0) {
    return ctx.Invalid("group is %d, the weight has %lld outputs", group, static_cast<long long>(weight[0]));
  }
  const ValueId in = SpatialInput(ctx, x, weight.rank());
  const ValueId kernel = KernelOf2D(ctx, w, weight.rank());
  if (group > 1 && weight[0] == group && weight[1] == 1) {
    const ValueId taps = ctx.Transpose(ctx.Squeeze(kernel, {1}), {1, 2, 0});
    *y = ctx.Emit(OpCode::DepthwiseConv2D, {in, taps, bias}, WindowAttributes<format::DepthwiseConv2DT>(window));
  } else {
    auto attrs = WindowAttributes<format::Conv2DT>(window);
    attrs.group = group;
    *y = ctx.Emit(OpCode::Conv2D, {in, ctx.Transpose(kernel, {0, 2, 3, 1}), bias}, std::move(attrs));
  }
  *y = SpatialOutput(ctx, *y, weight.rank());
  return {};
}

// w [c, N/group, kh, kw] -> [N, kh, kw, c/group], the groups one after the other.
ValueId TransposedKernel(ImportContext& ctx, ValueId w, const Shape& weight, const Window& window, int group) {
  const ValueId kernel = KernelOf2D(ctx, w, weight.rank());
  if (group == 1) return ctx.Transpose(kernel, {1, 2, 3, 0});
  const int64_t kh = window.kernel[0], kw = window.kernel[1];
  const ValueId split = ctx.Reshape(kernel, {group, weight[0] / group, weight[1], kh, kw}, /*allow_zero=*/true);
  return ctx.Reshape(ctx.Transpose(split, {0, 2, 3, 4, 1}), {group * weight[1], kh, kw, weight[0] / group},
                     /*allow_zero=*/true);
}

// Sizes that the model fixes for the output, which some exporters write with batch and channels in front.
Status ReadOutputShape(ImportContext& ctx, int spatial, std::vector<int64_t>* sizes) {
  *sizes = ctx.Ints64("output_shape");
  if (sizes->empty()) return {};
  if (static_cast<int>(sizes->size()) == spatial + 2) sizes->erase(sizes->begin(), sizes->begin() + 2);
  if (static_cast<int>(sizes->size()) != spatial) {
    return ctx.Invalid("output_shape has %zu entries for %d spatial dimensions", sizes->size(), spatial);
  }
  if (spatial == 1) sizes->insert(sizes->begin(), 1);
  return {};
}

// x - its zero point (one, or one per output channel of a weight), as float64: its sums of products are exact.
Status WithoutZeroPoint(ImportContext& ctx, ValueId x, ValueId zero_point, int rank, ValueId* result) {
  *result = ctx.Cast(x, ElementType::kFloat64);
  if (zero_point == kNoValue) return {};
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(zero_point, &shape));
  ValueId subtrahend = ctx.Cast(zero_point, ElementType::kFloat64);
  if (shape.elements() > 1) {
    std::vector<int64_t> sizes(rank, 1);
    sizes[0] = shape.elements();
    subtrahend = ctx.Reshape(subtrahend, sizes);
  }
  *result = ctx.Emit(OpCode::Sub, {*result, subtrahend});
  return {};
}

// scale of an output channel [N] as [1, N, 1, 1], to multiply [n, N, h, w]; a single one as it is.
Status ChannelScale(ImportContext& ctx, ValueId scale, int rank, ValueId* result) {
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(scale, &shape));
  *result = scale;
  if (shape.elements() == 1) return {};
  std::vector<int64_t> sizes(rank, 1);
  sizes[1] = shape.elements();
  *result = ctx.Reshape(scale, sizes);
  return {};
}

}  // namespace

Status ImportConv(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitConv(ctx, ctx.Input(0), ctx.Input(1), ctx.Input(2), &y));
  ctx.SetOutput(0, y);
  return {};
}

// com.microsoft: y = activation(Conv(x, w, b) + z).
Status ImportFusedConv(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 4));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitConv(ctx, ctx.Input(0), ctx.Input(1), ctx.Input(2), &y));
  if (ctx.HasInput(3)) y = ctx.Emit(OpCode::Add, {y, ctx.Input(3)});
  const AttributeProto* parameters = ctx.Find("activation_params");
  LINNET_RETURN_IF_ERROR(EmitActivation(ctx, ctx.String("activation", ""),
                                        parameters != nullptr ? parameters->floats : std::vector<float>(), y, &y));
  ctx.SetOutput(0, y);
  return {};
}

Status ImportConvTranspose(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  Shape weight;
  Window window;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &weight));
  if (weight.rank() == 5) {
    ValueId y = kNoValue;
    LINNET_RETURN_IF_ERROR(EmitConvTranspose3D(ctx, ctx.Input(0), ctx.Input(1), ctx.Input(2), &y));
    ctx.SetOutput(0, y);
    return {};
  }
  LINNET_RETURN_IF_ERROR(ReadWindow(ctx, weight, &window));
  const int spatial = weight.rank() - 2;
  const int group = ctx.Int("group", 1);
  if (group < 1 || weight[0] % group != 0) {
    return ctx.Invalid("group is %d, the weight has %lld inputs", group, static_cast<long long>(weight[0]));
  }
  auto attrs = WindowAttributes<format::ConvTranspose2DT>(window);
  int output_padding[kSpatial] = {0, 0};
  LINNET_RETURN_IF_ERROR(TakeSpatial(ctx, "output_padding", spatial, output_padding));
  attrs.output_pad_h = output_padding[0];
  attrs.output_pad_w = output_padding[1];
  attrs.group = group;
  LINNET_RETURN_IF_ERROR(ReadOutputShape(ctx, spatial, &attrs.output_shape));
  const ValueId in = SpatialInput(ctx, ctx.Input(0), weight.rank());
  const ValueId kernel = TransposedKernel(ctx, ctx.Input(1), weight, window, group);
  const ValueId out = ctx.Emit(OpCode::ConvTranspose2D, {in, kernel, ctx.Input(2)}, std::move(attrs));
  ctx.SetOutput(0, SpatialOutput(ctx, out, weight.rank()));
  return {};
}

// y = Conv(x - x_zero_point, w - w_zero_point), in int32.
Status ImportConvInteger(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 4));
  Shape weight;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &weight));
  ValueId x = kNoValue, w = kNoValue, y = kNoValue;
  LINNET_RETURN_IF_ERROR(WithoutZeroPoint(ctx, ctx.Input(0), ctx.Input(2), weight.rank(), &x));
  LINNET_RETURN_IF_ERROR(WithoutZeroPoint(ctx, ctx.Input(1), ctx.Input(3), weight.rank(), &w));
  LINNET_RETURN_IF_ERROR(EmitConv(ctx, x, w, kNoValue, &y));
  ctx.SetOutput(0, ctx.Cast(y, ElementType::kInt32));
  return {};
}

namespace {

// As a convolution of floats between DequantizeLinear and QuantizeLinear, which the int8 passes fold.
Status EmitQuantizedConv(ImportContext& ctx) {
  format::QuantizeT channels;
  channels.axis = 0;
  const ValueId x = ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, format::QuantizeT());
  const ValueId w = ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(3), ctx.Input(4), ctx.Input(5)}, channels);
  ValueId bias = kNoValue, y = kNoValue;
  if (ctx.HasInput(8)) {
    const ValueId scale = ctx.Emit(OpCode::Mul, {ctx.Input(1), ctx.Input(4)});
    bias = ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(8), scale}, channels);
  }
  LINNET_RETURN_IF_ERROR(EmitConv(ctx, x, w, bias, &y));
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {y, ctx.Input(6), ctx.Input(7)}, format::QuantizeT()));
  return {};
}

}  // namespace

// Inputs x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias (int32, of scale x_scale *
// w_scale).
Status ImportQLinearConv(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(8, 9));
  bool constant = true;
  for (int i : {1, 2, 4, 5, 6, 7}) constant = constant && ctx.IsConstant(ctx.Input(i));
  if (constant) return EmitQuantizedConv(ctx);
  Shape weight;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(3), &weight));
  ValueId x = kNoValue, w = kNoValue, sums = kNoValue, w_scale = kNoValue;
  LINNET_RETURN_IF_ERROR(WithoutZeroPoint(ctx, ctx.Input(0), ctx.Input(2), weight.rank(), &x));
  LINNET_RETURN_IF_ERROR(WithoutZeroPoint(ctx, ctx.Input(3), ctx.Input(5), weight.rank(), &w));
  const ValueId bias = ctx.HasInput(8) ? ctx.Cast(ctx.Input(8), ElementType::kFloat64) : kNoValue;
  LINNET_RETURN_IF_ERROR(EmitConv(ctx, x, w, bias, &sums));
  LINNET_RETURN_IF_ERROR(ChannelScale(ctx, ctx.Input(4), weight.rank(), &w_scale));
  const ValueId scale = ctx.Emit(OpCode::Mul, {ctx.Input(1), w_scale});
  const ValueId real = ctx.Emit(OpCode::Mul, {ctx.Cast(sums, ElementType::kFloat32), scale});
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {real, ctx.Input(6), ctx.Input(7)}));
  return {};
}

}  // namespace linnet::converter::onnx
