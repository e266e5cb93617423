// Quantisation.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

Status ReadQuantize(ImportContext& ctx, format::QuantizeT* attrs) {
  attrs->axis = ctx.Int("axis", 1);
  attrs->block = ctx.Int("block_size", 0);
  attrs->saturate = ctx.Bool("saturate", true);
  return {};
}

}  // namespace

Status ImportQuantizeLinear(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  format::QuantizeT attrs;
  LINNET_RETURN_IF_ERROR(ReadQuantize(ctx, &attrs));
  ElementType type = static_cast<ElementType>(ctx.Int("output_dtype", 0));
  if (ctx.HasInput(2)) {
    LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(2), &type));
  } else if (type == ElementType::kUndefined) {
    type = ElementType::kUint8;
  }
  attrs.type = static_cast<format::ElementType>(type);
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, std::move(attrs)));
  return {};
}

Status ImportDequantizeLinear(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  format::QuantizeT attrs;
  LINNET_RETURN_IF_ERROR(ReadQuantize(ctx, &attrs));
  attrs.type = static_cast<format::ElementType>(ctx.Int("output_dtype", 0));
  ctx.SetOutput(0, ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, std::move(attrs)));
  return {};
}

// scale = (max(x, 0) - min(x, 0)) / 255, zero_point = round(clamp(0 - min / scale, 0, 255)), y = quantised x.
QuantizedOperand EmitDynamicQuantize(ImportContext& ctx, ValueId x) {
  const ValueId zero = ctx.Scalar(0), levels = ctx.Scalar(255);
  const ValueId lowest = ctx.Emit(OpCode::Min, {ctx.Reduce(OpCode::ReduceMin, x, {}, /*keepdims=*/false), zero});
  const ValueId highest = ctx.Emit(OpCode::Max, {ctx.Reduce(OpCode::ReduceMax, x, {}, /*keepdims=*/false), zero});
  const ValueId scale = ctx.Emit(OpCode::Div, {ctx.Emit(OpCode::Sub, {highest, lowest}), levels});
  const ValueId shift = ctx.Emit(OpCode::Sub, {zero, ctx.Emit(OpCode::Div, {lowest, scale})});
  const ValueId rounded = ctx.Emit(OpCode::Round, {ctx.Emit(OpCode::Clip, {shift, zero, levels})});
  const ValueId zero_point = ctx.Cast(rounded, ElementType::kUint8);
  format::QuantizeT attrs;
  attrs.type = format::ElementType::Uint8;
  return {ctx.Emit(OpCode::QuantizeLinear, {x, scale, zero_point}, std::move(attrs)), scale, zero_point};
}

Status ImportDynamicQuantizeLinear(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const QuantizedOperand y = EmitDynamicQuantize(ctx, ctx.Input(0));
  ctx.SetOutput(0, y.value);
  ctx.SetOutput(1, y.scale);
  ctx.SetOutput(2, y.zero_point);
  return {};
}

}  // namespace linnet::converter::onnx
