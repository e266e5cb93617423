// Normalisations.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

struct Moments {
  ValueId mean = kNoValue, variance = kNoValue, centered = kNoValue;
};

// Over `axes`, which are kept with size 1. The variance is that of the whole population.
Moments EmitMoments(ImportContext& ctx, ValueId x, const std::vector<int>& axes) {
  Moments moments;
  moments.mean = ctx.Reduce(OpCode::ReduceMean, x, axes);
  moments.centered = ctx.Emit(OpCode::Sub, {x, moments.mean});
  moments.variance = ctx.Reduce(OpCode::ReduceMean, ctx.Emit(OpCode::Mul, {moments.centered, moments.centered}), axes);
  return moments;
}

// 1 / sqrt(variance + epsilon)
Status EmitInverseDeviation(ImportContext& ctx, ValueId variance, float epsilon, ValueId* result) {
  ValueId term = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(epsilon, variance, &term));
  *result = ctx.Emit(OpCode::Reciprocal, {ctx.Emit(OpCode::Sqrt, {ctx.Emit(OpCode::Add, {variance, term})})});
  return {};
}

// y = x * s + t with s = scale / sqrt(variance + epsilon), t = bias - mean * s, all of them [c]; folding makes s and t
// constants.
Status EmitBatchNorm(ImportContext& ctx, ValueId mean, ValueId variance, int rank, ValueId* y) {
  const ValueId scale = ctx.Input(1), bias = ctx.Input(2);
  ValueId term = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(ctx.Float("epsilon", 1e-5f), variance, &term));
  const ValueId deviation = ctx.Emit(OpCode::Sqrt, {ctx.Emit(OpCode::Add, {variance, term})});
  ElementType type = ElementType::kUndefined, statistics_type = ElementType::kUndefined,
              scale_type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  LINNET_RETURN_IF_ERROR(ctx.GetType(variance, &statistics_type));
  LINNET_RETURN_IF_ERROR(ctx.GetType(scale, &scale_type));
  // From opset 15 on the three may differ: compute in the type of the statistics, then go on in x's.
  const auto as = [&ctx](ValueId value, ElementType from, ElementType to) {
    return from == to ? value : ctx.Cast(value, to);
  };
  ValueId s = ctx.Emit(OpCode::Div, {as(scale, scale_type, statistics_type), deviation});
  ValueId t = ctx.Emit(OpCode::Sub, {as(bias, scale_type, statistics_type), ctx.Emit(OpCode::Mul, {mean, s})});
  const ValueId in = ctx.ToChannelsLast(ctx.Input(0), rank);
  s = as(s, statistics_type, type);
  t = as(t, statistics_type, type);
  *y = ctx.ToChannelsFirst(ctx.Emit(OpCode::ScaleShift, {in, s, t}), rank);
  return {};
}

// running * momentum + current * (1 - momentum)
Status EmitRunning(ImportContext& ctx, ValueId running, ValueId current, ValueId* result) {
  const float momentum = ctx.Float("momentum", 0.9f);
  ValueId kept = kNoValue, taken = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(momentum, running, &kept));
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(1 - momentum, running, &taken));
  *result = ctx.Emit(OpCode::Add, {ctx.Emit(OpCode::Mul, {running, kept}), ctx.Emit(OpCode::Mul, {current, taken})});
  return {};
}

// Statistics of the batch itself, which also update the running ones.
Status ImportTrainingBatchNorm(ImportContext& ctx, int rank) {
  std::vector<int> axes = {0};
  for (int axis = 2; axis < rank; ++axis) axes.push_back(axis);
  const Moments moments = EmitMoments(ctx, ctx.Input(0), axes);
  const ValueId mean = ctx.Squeeze(moments.mean, axes), variance = ctx.Squeeze(moments.variance, axes);
  ValueId y = kNoValue, running_mean = kNoValue, running_variance = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitBatchNorm(ctx, mean, variance, rank, &y));
  LINNET_RETURN_IF_ERROR(EmitRunning(ctx, ctx.Input(3), mean, &running_mean));
  LINNET_RETURN_IF_ERROR(EmitRunning(ctx, ctx.Input(4), variance, &running_variance));
  ctx.SetOutput(0, y);
  ctx.SetOutput(1, running_mean);
  ctx.SetOutput(2, running_variance);
  return {};
}

// LayerNormalization in primitive ops, for its further outputs.
Status ImportLayerNormWithMoments(ImportContext& ctx) {
  int rank = 0, axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.Int("axis", -1), rank, &axis));
  std::vector<int> axes;
  for (int d = axis; d < rank; ++d) axes.push_back(d);
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  // Computed in the type of `stash_type` (float32), as the moments are returned.
  const bool narrow = type == ElementType::kFloat16 || type == ElementType::kBfloat16;
  const ValueId x = narrow ? ctx.Cast(ctx.Input(0), ElementType::kFloat32) : ctx.Input(0);
  const Moments moments = EmitMoments(ctx, x, axes);
  ValueId inverse = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitInverseDeviation(ctx, moments.variance, ctx.Float("epsilon", 1e-5f), &inverse));
  ValueId y = ctx.Emit(OpCode::Mul, {moments.centered, inverse});
  if (narrow) y = ctx.Cast(y, type);
  y = ctx.Emit(OpCode::Mul, {y, ctx.Input(1)});
  if (ctx.HasInput(2)) y = ctx.Emit(OpCode::Add, {y, ctx.Input(2)});
  ctx.SetOutput(0, y);
  ctx.SetOutput(1, moments.mean);
  ctx.SetOutput(2, inverse);
  return {};
}

ValueId EmitNorm(ImportContext& ctx, OpCode op, Values inputs, int axis, float epsilon, int groups = 0) {
  format::NormT attrs;
  attrs.axis = axis;
  attrs.epsilon = epsilon;
  attrs.groups = groups;
  return ctx.Emit(op, std::move(inputs), std::move(attrs));
}

}  // namespace

Status ImportBatchNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(5, 5));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank < 2) return ctx.Invalid("the input has rank %d, expected at least 2", rank);
  if (ctx.opset() < 9 && !ctx.Bool("spatial", true) && rank > 2) return ctx.Unsupported("spatial = 0");
  if (ctx.Bool("training_mode", false)) return ImportTrainingBatchNorm(ctx, rank);
  for (int i = 1; i < ctx.output_count(); ++i) {
    if (ctx.HasOutput(i)) return ctx.Unsupported("output %d is only computed while training", i);
  }
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitBatchNorm(ctx, ctx.Input(3), ctx.Input(4), rank, &y));
  ctx.SetOutput(0, y);
  return {};
}

Status ImportInstanceNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank < 3) return ctx.Invalid("the input has rank %d, expected at least 3", rank);
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), rank);
  const ValueId y =
      EmitNorm(ctx, OpCode::InstanceNorm, {x, ctx.Input(1), ctx.Input(2)}, -1, ctx.Float("epsilon", 1e-5f));
  ctx.SetOutput(0, ctx.ToChannelsFirst(y, rank));
  return {};
}

// Scale and bias are per group in opset 18 and per channel from 21 on.
Status ImportGroupNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  Shape shape, scale_shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(0), &shape));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &scale_shape));
  const int groups = ctx.Int("num_groups", 0);
  if (shape.rank() < 3 || groups < 1 || shape[1] % groups != 0) {
    return ctx.Invalid("num_groups is %d and the input has rank %d", groups, shape.rank());
  }
  Values inputs = {ctx.ToChannelsLast(ctx.Input(0), shape.rank())};
  for (int i = 1; i <= 2; ++i) {
    ValueId parameter = ctx.Input(i);
    if (scale_shape.elements() == groups && shape[1] != groups) {
      const ValueId wide =
          ctx.Emit(OpCode::Expand, {ctx.Unsqueeze(parameter, {1}), ctx.IntsConstant({groups, shape[1] / groups})});
      parameter = ctx.Reshape(wide, {shape[1]});
    }
    inputs.push_back(parameter);
  }
  const ValueId y = EmitNorm(ctx, OpCode::GroupNorm, inputs, -1, ctx.Float("epsilon", 1e-5f), groups);
  ctx.SetOutput(0, ctx.ToChannelsFirst(y, shape.rank()));
  return {};
}

Status ImportLayerNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  if (ctx.HasOutput(1) || ctx.HasOutput(2)) return ImportLayerNormWithMoments(ctx);
  ctx.SetOutput(0, EmitNorm(ctx, OpCode::LayerNorm, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, ctx.Int("axis", -1),
                            ctx.Float("epsilon", 1e-5f)));
  return {};
}

// com.microsoft: the norm of x + skip + bias; inputs x, skip, gamma, (beta where there is a mean,) bias. The sum is
// output 3.
Status ImportSkipLayerNormalization(ImportContext& ctx) {
  const bool rms = ctx.op() == OpCode::RmsNorm;
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, rms ? 4 : 5));
  if (ctx.HasOutput(1) || ctx.HasOutput(2)) return ctx.Unsupported("output 1 or 2 is asked for");
  ValueId sum = ctx.Emit(OpCode::Add, {ctx.Input(0), ctx.Input(1)});
  const ValueId bias = ctx.Input(rms ? 3 : 4);
  if (bias != kNoValue) sum = ctx.Emit(OpCode::Add, {sum, bias});
  Values inputs = {sum, ctx.Input(2)};
  if (!rms) inputs.push_back(ctx.Input(3));
  ctx.SetOutput(0, EmitNorm(ctx, ctx.op(), inputs, -1, ctx.Float("epsilon", 1e-12f)));
  ctx.SetOutput(3, sum);
  return {};
}

Status ImportRmsNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  if (ctx.HasOutput(1)) return ctx.Unsupported("output 1 is asked for");
  ctx.SetOutput(0, EmitNorm(ctx, OpCode::RmsNorm, {ctx.Input(0), ctx.Input(1)}, ctx.Int("axis", -1),
                            ctx.Float("epsilon", 1e-5f)));
  return {};
}

Status ImportLrn(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank < 2) return ctx.Invalid("the input has rank %d, expected at least 2", rank);
  format::LrnT attrs;
  attrs.size = ctx.Int("size", 0);
  attrs.alpha = ctx.Float("alpha", 1e-4f);
  attrs.beta = ctx.Float("beta", 0.75f);
  attrs.bias = ctx.Float("bias", 1);
  attrs.axis = rank - 1;
  const ValueId y = ctx.Emit(OpCode::Lrn, {ctx.ToChannelsLast(ctx.Input(0), rank)}, std::move(attrs));
  ctx.SetOutput(0, ctx.ToChannelsFirst(y, rank));
  return {};
}

// x / (sum |x|^p)^(1/p)
Status ImportLpNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const int p = ctx.Int("p", 2);
  if (p != 1 && p != 2) return ctx.Invalid("p is %d, expected 1 or 2", p);
  format::NormT attrs;
  attrs.p = p;
  attrs.axis = ctx.Int("axis", -1);
  ctx.SetOutput(0, ctx.Emit(OpCode::LpNorm, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

// (x - mean) / (deviation + 1e-9), by default over all axes but that of the channels.
Status ImportMeanVarianceNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  std::vector<int> axes = ctx.Ints("axes");
  if (!ctx.Has("axes")) axes = {0, 2, 3};
  const Moments moments = EmitMoments(ctx, ctx.Input(0), axes);
  ValueId epsilon = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(1e-9, ctx.Input(0), &epsilon));
  const ValueId deviation = ctx.Emit(OpCode::Add, {ctx.Emit(OpCode::Sqrt, {moments.variance}), epsilon});
  ctx.SetOutput(0, ctx.Emit(OpCode::Div, {moments.centered, deviation}));
  return {};
}

}  // namespace linnet::converter::onnx
