// Ops whose results are random numbers.
#include <cstring>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// dtype, or `otherwise`, and the seed: a float, of which the bits count.
Status ReadRandom(ImportContext& ctx, ElementType otherwise, format::RandomT* attrs) {
  const int64_t type = ctx.Int64("dtype", static_cast<int64_t>(otherwise));
  if (type <= 0 || type > static_cast<int64_t>(ElementType::kInt2)) return ctx.Invalid("dtype is no element type");
  attrs->type = static_cast<format::ElementType>(type);
  attrs->seeded = ctx.Has("seed");
  const float seed = ctx.Float("seed", 0);
  std::memcpy(&attrs->seed, &seed, sizeof seed);
  return {};
}

}  // namespace

// RandomUniform, RandomNormal, and their forms that take the shape (and without dtype the type) from an input.
Status ImportRandom(ImportContext& ctx) {
  const bool like = ctx.node().op_type == "RandomUniformLike" || ctx.node().op_type == "RandomNormalLike";
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(like ? 1 : 0, like ? 1 : 0));
  ElementType type = ElementType::kFloat32;
  if (like && !ctx.Has("dtype")) LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  format::RandomT attrs;
  LINNET_RETURN_IF_ERROR(ReadRandom(ctx, type, &attrs));
  if (ctx.op() == OpCode::RandomUniform) {
    attrs.a = ctx.Float("low", 0);
    attrs.b = ctx.Float("high", 1);
  } else {
    attrs.a = ctx.Float("mean", 0);
    attrs.b = ctx.Float("scale", 1);
  }
  const ValueId shape = like ? ctx.ShapeOf(ctx.Input(0)) : ctx.IntsConstant(ctx.Ints64("shape"));
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {shape}, std::move(attrs)));
  return {};
}

// 1 with probability x: whether a number evenly spread over [0, 1) is less.
Status ImportBernoulli(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  format::RandomT attrs;
  LINNET_RETURN_IF_ERROR(ReadRandom(ctx, type, &attrs));
  const auto to = static_cast<ElementType>(attrs.type);
  attrs.type = static_cast<format::ElementType>(type);
  const ValueId drawn = ctx.Emit(OpCode::RandomUniform, {ctx.ShapeOf(ctx.Input(0))}, std::move(attrs));
  ctx.SetOutput(0, ctx.Cast(ctx.Emit(OpCode::Less, {drawn, ctx.Input(0)}), to));
  return {};
}

Status ImportMultinomial(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::RandomT attrs;
  LINNET_RETURN_IF_ERROR(ReadRandom(ctx, ElementType::kInt32, &attrs));
  attrs.sample_size = ctx.Int("sample_size", 1);
  ctx.SetOutput(0, ctx.Emit(OpCode::Multinomial, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
