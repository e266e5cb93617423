// Losses, as compositions.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// log_probabilities [n, c, d...], target [n, d...] of classes, weight [c]?:
//   loss = -log_probabilities[n, target, d...] * weight[target], 0 where target == ignore_index,
// then its sum, or its mean over the weights used, or as it is.
Status EmitLoss(ImportContext& ctx, ValueId log_probabilities, ValueId target, ValueId weight, ValueId* loss) {
  ElementType target_type = ElementType::kUndefined, type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(target, &target_type));
  LINNET_RETURN_IF_ERROR(ctx.GetType(log_probabilities, &type));
  const std::string reduction = ctx.String("reduction", "mean");
  if (reduction != "none" && reduction != "sum" && reduction != "mean") {
    return ctx.Invalid("reduction is '%s'", reduction.c_str());
  }
  ValueId ignored = kNoValue, classes = target;
  if (ctx.Has("ignore_index")) {
    ignored =
        ctx.Emit(OpCode::Equal, {target, ctx.Scalar(static_cast<double>(ctx.Int64("ignore_index", 0)), target_type)});
    classes = ctx.Emit(OpCode::Where, {ignored, ctx.Scalar(0, target_type), target});
  }
  format::GatherElementsT at_class;
  at_class.axis = 1;
  const ValueId picked =
      ctx.Emit(OpCode::GatherElements, {log_probabilities, ctx.Unsqueeze(classes, {1})}, std::move(at_class));
  *loss = ctx.Emit(OpCode::Neg, {ctx.Squeeze(picked, {1})});

  ValueId weights = kNoValue;
  if (weight != kNoValue) weights = ctx.Emit(OpCode::Gather, {weight, classes}, format::AxisT());
  if (ignored != kNoValue) {
    const ValueId used = weights != kNoValue ? weights : ctx.Scalar(1, type);
    weights = ctx.Emit(OpCode::Where, {ignored, ctx.Scalar(0, type), used});
  }
  if (weights != kNoValue) *loss = ctx.Emit(OpCode::Mul, {*loss, weights});
  if (reduction == "sum") {
    *loss = ctx.Reduce(OpCode::ReduceSum, *loss, {}, /*keepdims=*/false);
  } else if (reduction == "mean" && weights == kNoValue) {
    *loss = ctx.Reduce(OpCode::ReduceMean, *loss, {}, /*keepdims=*/false);
  } else if (reduction == "mean") {
    *loss = ctx.Emit(OpCode::Div, {ctx.Reduce(OpCode::ReduceSum, *loss, {}, /*keepdims=*/false),
                                   ctx.Reduce(OpCode::ReduceSum, weights, {}, /*keepdims=*/false)});
  }
  return {};
}

}  // namespace

Status ImportNegativeLogLikelihoodLoss(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  ValueId loss = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitLoss(ctx, ctx.Input(0), ctx.Input(1), ctx.Input(2), &loss));
  ctx.SetOutput(0, loss);
  return {};
}

// The loss of LogSoftmax(scores) along the classes, which is output 1.
Status ImportSoftmaxCrossEntropyLoss(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  format::AxisT along_classes;
  along_classes.axis = 1;
  const ValueId log_probabilities = ctx.Emit(OpCode::LogSoftmax, {ctx.Input(0)}, std::move(along_classes));
  ValueId loss = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitLoss(ctx, log_probabilities, ctx.Input(1), ctx.Input(2), &loss));
  ctx.SetOutput(0, loss);
  ctx.SetOutput(1, log_probabilities);
  return {};
}

}  // namespace linnet::converter::onnx
