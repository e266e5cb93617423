// Ops that look at places in pictures: regions of interest, grids, offsets.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {

Status ImportNonMaxSuppression(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 5));
  format::NonMaxSuppressionT attrs;
  attrs.center_point_box = ctx.Bool("center_point_box", false);
  Values inputs;
  for (int i = 0; i < ctx.input_count(); ++i) inputs.push_back(ctx.Input(i));
  ctx.SetOutput(0, ctx.Emit(OpCode::NonMaxSuppression, inputs, std::move(attrs)));
  return {};
}

Status ImportRoiAlign(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  format::RoiPoolT attrs;
  attrs.output_height = ctx.Int("output_height", 1);
  attrs.output_width = ctx.Int("output_width", 1);
  attrs.sampling_ratio = ctx.Int("sampling_ratio", 0);
  attrs.spatial_scale = ctx.Float("spatial_scale", 1);
  attrs.max = ctx.String("mode", "avg") == "max";
  // Opset 10 knew no shift.
  const std::string transform =
      ctx.String("coordinate_transformation_mode", ctx.opset() < 16 ? "output_half_pixel" : "half_pixel");
  attrs.half_pixel = transform == "half_pixel";
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), 4);
  ctx.SetOutput(0,
                ctx.ToChannelsFirst(ctx.Emit(OpCode::RoiAlign, {x, ctx.Input(1), ctx.Input(2)}, std::move(attrs)), 4));
  return {};
}

Status ImportMaxRoiPool(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  const std::vector<int> size = ctx.Ints("pooled_shape");
  if (size.size() != 2) return ctx.Invalid("pooled_shape has %zu entries, expected 2", size.size());
  format::RoiPoolT attrs;
  attrs.output_height = size[0];
  attrs.output_width = size[1];
  attrs.spatial_scale = ctx.Float("spatial_scale", 1);
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), 4);
  ctx.SetOutput(0, ctx.ToChannelsFirst(ctx.Emit(OpCode::MaxRoiPool, {x, ctx.Input(1)}, std::move(attrs)), 4));
  return {};
}

// Before opset 20 the modes were called bilinear and bicubic.
Status ImportGridSample(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::GridSampleT attrs;
  attrs.align_corners = ctx.Bool("align_corners", false);
  const std::string mode = ctx.String("mode", "linear"), padding = ctx.String("padding_mode", "zeros");
  if (mode == "linear" || mode == "bilinear") {
    attrs.mode = format::ResizeMode::Linear;
  } else if (mode == "cubic" || mode == "bicubic") {
    attrs.mode = format::ResizeMode::Cubic;
  } else if (mode == "nearest") {
    attrs.mode = format::ResizeMode::Nearest;
  } else {
    return ctx.Invalid("mode is '%s'", mode.c_str());
  }
  if (padding == "zeros") {
    attrs.padding = format::GridPadding::Zeros;
  } else if (padding == "border") {
    attrs.padding = format::GridPadding::Border;
  } else if (padding == "reflection") {
    attrs.padding = format::GridPadding::Reflection;
  } else {
    return ctx.Invalid("padding_mode is '%s'", padding.c_str());
  }
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), rank);
  ctx.SetOutput(0, ctx.ToChannelsFirst(ctx.Emit(OpCode::GridSample, {x, ctx.Input(1)}, std::move(attrs)), rank));
  return {};
}

// theta [n, r, r + 1] times every place of a grid of the given size, normalised to [-1, 1], innermost dimension first.
Status ImportAffineGrid(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ElementType type = ElementType::kUndefined;
  Shape size_shape;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &size_shape));
  const int spatial = size_shape.rank() == 1 ? static_cast<int>(size_shape[0]) - 2 : 0;
  if (spatial != 2 && spatial != 3) return ctx.Invalid("a size of %d spatial dimensions, expected 2 or 3", spatial);
  const bool corners = ctx.Bool("align_corners", false);
  const ValueId sizes = ctx.Slice(ctx.Input(1), 0, 2, 2 + spatial);
  Values coordinates;  // [d1, ..., dr, 1] each
  for (int d = spatial - 1; d >= 0; --d) {
    const ValueId count = ctx.Squeeze(ctx.Slice(sizes, 0, d, d + 1), {0});
    const ValueId steps = ctx.Emit(OpCode::Range, {ctx.IntConstant(0), count, ctx.IntConstant(1)});
    // (2 i - (n - 1)) / (n - 1) between centres, (2 i + 1 - n) / n between edges.
    const ValueId twice = ctx.Emit(OpCode::Mul, {ctx.Cast(steps, type), ctx.Scalar(2, type)});
    const ValueId last = ctx.Emit(OpCode::Sub, {ctx.Cast(count, type), ctx.Scalar(1, type)});
    const ValueId divisor = corners ? ctx.Emit(OpCode::Max, {last, ctx.Scalar(1, type)}) : ctx.Cast(count, type);
    ValueId place = ctx.Emit(OpCode::Div, {ctx.Emit(OpCode::Sub, {twice, last}), divisor});
    std::vector<int> axes;
    for (int axis = 0; axis <= spatial; ++axis) {
      if (axis != d) axes.push_back(axis);
    }
    place = ctx.Unsqueeze(place, axes);
    coordinates.push_back(ctx.Emit(OpCode::Expand, {place, ctx.Concat({sizes, ctx.IntsConstant({1})}, 0)}));
  }
  const ValueId one =
      ctx.Emit(OpCode::Reshape, {ctx.Scalar(1, type), ctx.IntsConstant(std::vector<int64_t>(spatial + 1, 1))},
               format::ReshapeT());
  coordinates.push_back(ctx.Emit(OpCode::Expand, {one, ctx.Concat({sizes, ctx.IntsConstant({1})}, 0)}));
  const ValueId places = ctx.Reshape(ctx.Concat(coordinates, spatial), {-1, spatial + 1});
  const ValueId grid = ctx.Emit(OpCode::MatMul, {places, ctx.Transpose(ctx.Input(0), {0, 2, 1})}, format::MatMulT());
  const ValueId shape = ctx.Concat({ctx.Slice(ctx.Input(1), 0, 0, 1), sizes, ctx.IntsConstant({spatial})}, 0);
  format::ReshapeT reshape;
  reshape.allow_zero = true;
  ctx.SetOutput(0, ctx.Emit(OpCode::Reshape, {grid, shape}, std::move(reshape)));
  return {};
}

Status ImportDeformConv(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 5));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(1), &rank));
  if (rank != 4) return ctx.Unsupported("%d spatial dimensions; there is 2", rank - 2);
  format::DeformConvT attrs;
  attrs.strides = ctx.Ints("strides");
  attrs.dilations = ctx.Ints("dilations");
  attrs.pads = ctx.Ints("pads");
  attrs.group = ctx.Int("group", 1);
  attrs.offset_group = ctx.Int("offset_group", 1);
  const ValueId mask = ctx.HasInput(4) ? ctx.ToChannelsLast(ctx.Input(4), 4) : kNoValue;
  const ValueId y = ctx.Emit(OpCode::DeformConv,
                             {ctx.ToChannelsLast(ctx.Input(0), 4), ctx.Transpose(ctx.Input(1), {0, 2, 3, 1}),
                              ctx.ToChannelsLast(ctx.Input(2), 4), ctx.Input(3), mask},
                             std::move(attrs));
  ctx.SetOutput(0, ctx.ToChannelsFirst(y, 4));
  return {};
}

Status ImportCol2Im(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  format::Col2ImT attrs;
  attrs.dilations = ctx.Ints("dilations");
  attrs.pads = ctx.Ints("pads");
  attrs.strides = ctx.Ints("strides");
  ctx.SetOutput(0, ctx.Emit(OpCode::Col2Im, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, std::move(attrs)));
  return {};
}

// What is missing is padded, what is too much cut off, half on each side: the smaller half comes first.
Status ImportCenterCropPad(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  int rank = 0;
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  std::vector<int64_t> axes;
  for (int64_t axis : ctx.Ints64("axes")) {
    int resolved = 0;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axis, rank, &resolved));
    axes.push_back(resolved);
  }
  for (int axis = 0; !ctx.Has("axes") && axis < rank; ++axis) axes.push_back(axis);
  if (axes.empty()) {
    ctx.SetOutput(0, ctx.Emit(OpCode::Identity, {ctx.Input(0)}));
    return {};
  }
  const ValueId wanted = ctx.Cast(ctx.Input(1), ElementType::kInt64);
  const ValueId sizes = ctx.Emit(OpCode::Gather, {ctx.ShapeOf(ctx.Input(0)), ctx.IntsConstant(axes)}, format::AxisT());
  const ValueId zero = ctx.IntConstant(0), two = ctx.IntConstant(2);
  const auto difference = [&](ValueId a, ValueId b) {
    return ctx.Emit(OpCode::Max, {ctx.Emit(OpCode::Sub, {a, b}), zero});
  };
  const auto half = [&](ValueId a) { return ctx.Emit(OpCode::Div, {a, two}); };
  const ValueId kept = ctx.Emit(OpCode::Min, {sizes, wanted});
  const ValueId start = half(difference(sizes, wanted));
  const ValueId cut =
      ctx.Emit(OpCode::Slice, {ctx.Input(0), start, ctx.Emit(OpCode::Add, {start, kept}), ctx.IntsConstant(axes)});
  const ValueId missing = difference(wanted, sizes), before = half(missing);
  const ValueId pads = ctx.Concat({before, ctx.Emit(OpCode::Sub, {missing, before})}, 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::Pad, {cut, pads, ctx.Scalar(0, type), ctx.IntsConstant(axes)}, format::PadT()));
  return {};
}

}  // namespace linnet::converter::onnx
