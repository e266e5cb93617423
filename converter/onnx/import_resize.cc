// Resize, and Upsample, which it replaced.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

Status ReadMode(ImportContext& ctx, format::ResizeMode* mode) {
  const std::string text = ctx.String("mode", "nearest");
  if (text == "nearest") {
    *mode = format::ResizeMode::Nearest;
  } else if (text == "linear" || text == "bilinear") {
    *mode = format::ResizeMode::Linear;
  } else if (text == "cubic") {
    *mode = format::ResizeMode::Cubic;
  } else {
    return ctx.Invalid("mode is '%s'", text.c_str());
  }
  return {};
}

Status ReadNearestMode(ImportContext& ctx, format::NearestMode* mode) {
  const std::string text = ctx.String("nearest_mode", "round_prefer_floor");
  if (text == "round_prefer_floor" || text.empty()) {
    *mode = format::NearestMode::RoundPreferFloor;
  } else if (text == "round_prefer_ceil") {
    *mode = format::NearestMode::RoundPreferCeil;
  } else if (text == "floor") {
    *mode = format::NearestMode::Floor;
  } else if (text == "ceil") {
    *mode = format::NearestMode::Ceil;
  } else {
    return ctx.Invalid("nearest_mode is '%s'", text.c_str());
  }
  return {};
}

// tf_half_pixel_for_nn is half_pixel + 0.5, which another rounding makes up for: floor(v + 0.5) is rounding with halves
// up, and rounding v + 0.5 with halves down is ceil(v).
Status UseHalfPixelForNearest(ImportContext& ctx, format::ResizeT* attrs) {
  attrs->coordinate = format::CoordinateMode::HalfPixel;
  if (attrs->mode != format::ResizeMode::Nearest) return ctx.Unsupported("tf_half_pixel_for_nn is for nearest only");
  switch (attrs->nearest) {
    case format::NearestMode::Floor:
      attrs->nearest = format::NearestMode::RoundPreferCeil;
      return {};
    case format::NearestMode::RoundPreferFloor:
      attrs->nearest = format::NearestMode::Ceil;
      return {};
    default:
      return ctx.Unsupported("tf_half_pixel_for_nn with this nearest_mode");
  }
}

Status ReadCoordinates(ImportContext& ctx, format::ResizeT* attrs) {
  struct Named {
    const char* name;
    format::CoordinateMode mode;
  };
  static constexpr Named kModes[] = {
      {"half_pixel", format::CoordinateMode::HalfPixel},
      {"asymmetric", format::CoordinateMode::Asymmetric},
      {"pytorch_half_pixel", format::CoordinateMode::PytorchHalfPixel},
      {"align_corners", format::CoordinateMode::AlignCorners},
      {"tf_crop_and_resize", format::CoordinateMode::TfCropAndResize},
      {"half_pixel_symmetric", format::CoordinateMode::HalfPixelSymmetric},
  };
  const std::string text = ctx.String("coordinate_transformation_mode", "half_pixel");
  if (text == "tf_half_pixel_for_nn") return UseHalfPixelForNearest(ctx, attrs);
  for (const Named& named : kModes) {
    if (text != named.name) continue;
    attrs->coordinate = named.mode;
    return {};
  }
  return ctx.Invalid("coordinate_transformation_mode is '%s'", text.c_str());
}

Status ReadAspect(ImportContext& ctx, format::AspectPolicy* policy) {
  const std::string text = ctx.String("keep_aspect_ratio_policy", "stretch");
  if (text == "stretch") {
    *policy = format::AspectPolicy::Stretch;
  } else if (text == "not_larger") {
    *policy = format::AspectPolicy::NotLarger;
  } else if (text == "not_smaller") {
    *policy = format::AspectPolicy::NotSmaller;
  } else {
    return ctx.Invalid("keep_aspect_ratio_policy is '%s'", text.c_str());
  }
  return {};
}

// Exporters leave roi, scales or sizes out by giving an empty tensor.
ValueId UnlessEmpty(ImportContext& ctx, ValueId value) {
  return ctx.IsConstant(value) && ctx.graph().value(value).shape.elements() == 0 ? kNoValue : value;
}

// Before Resize-11: coordinates are output / scale, and the nearest is the one below.
Status EmitOldResize(ImportContext& ctx, ValueId scales) {
  format::ResizeT attrs;
  LINNET_RETURN_IF_ERROR(ReadMode(ctx, &attrs.mode));
  attrs.coordinate = format::CoordinateMode::Asymmetric;
  attrs.nearest = format::NearestMode::Floor;
  ctx.SetOutput(0, ctx.Emit(OpCode::Resize, {ctx.Input(0), kNoValue, scales}, std::move(attrs)));
  return {};
}

}  // namespace

Status ImportResize(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 4));
  format::ResizeT attrs;
  LINNET_RETURN_IF_ERROR(ReadMode(ctx, &attrs.mode));
  LINNET_RETURN_IF_ERROR(ReadNearestMode(ctx, &attrs.nearest));
  LINNET_RETURN_IF_ERROR(ReadCoordinates(ctx, &attrs));
  LINNET_RETURN_IF_ERROR(ReadAspect(ctx, &attrs.aspect));
  attrs.cubic_coeff_a = ctx.Float("cubic_coeff_a", -0.75f);
  attrs.exclude_outside = ctx.Bool("exclude_outside", false);
  attrs.extrapolation_value = ctx.Float("extrapolation_value", 0);
  attrs.antialias = ctx.Bool("antialias", false);
  attrs.axes = ctx.Ints("axes");
  const ValueId roi = attrs.coordinate == format::CoordinateMode::TfCropAndResize ? ctx.Input(1) : kNoValue;
  const ValueId scales = UnlessEmpty(ctx, ctx.Input(2)), sizes = UnlessEmpty(ctx, ctx.Input(3));
  ctx.SetOutput(
      0, ctx.Emit(OpCode::Resize, {ctx.Input(0), roi, sizes == kNoValue ? scales : kNoValue, sizes}, std::move(attrs)));
  return {};
}

Status ImportResize10(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  return EmitOldResize(ctx, ctx.Input(1));
}

// The scales are an input from opset 9 on, an attribute before.
Status ImportUpsample(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  if (ctx.HasInput(1)) return EmitOldResize(ctx, ctx.Input(1));
  const AttributeProto* scales = ctx.Find("scales");
  if (scales == nullptr || scales->floats.empty()) return ctx.Invalid("has no scales");
  return EmitOldResize(ctx, ctx.FloatsConstant(scales->floats));
}

// Opset 1: two scales of [n, c, h, w].
Status ImportUpsample1(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  return EmitOldResize(ctx, ctx.FloatsConstant({1, 1, ctx.Float("height_scale", 1), ctx.Float("width_scale", 1)}));
}

}  // namespace linnet::converter::onnx
