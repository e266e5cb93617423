// Ops that compute each element by itself, and casts.
#include <algorithm>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// Before opset 7 the second input was broadcast only if asked to, from `axis` on: it is given sizes of 1 behind it.
Status LegacyBroadcast(ImportContext& ctx, ValueId* b) {
  const bool legacy = ctx.opset() < 7 && ctx.node().domain.empty();
  if (!legacy || !ctx.Bool("broadcast", false) || !ctx.Has("axis")) return {};
  int a_rank = 0, b_rank = 0, axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &a_rank));
  LINNET_RETURN_IF_ERROR(ctx.GetRank(*b, &b_rank));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.Int("axis", 0), a_rank, &axis));
  std::vector<int> trailing;
  for (int d = axis + b_rank; d < a_rank; ++d) trailing.push_back(d - axis);
  if (!trailing.empty()) *b = ctx.Unsqueeze(*b, trailing);
  return {};
}

// The limit of a Clip as a value of x's type; kNoValue if there is none.
Status AttributeLimit(ImportContext& ctx, const char* attribute, ValueId* limit) {
  *limit = kNoValue;
  if (!ctx.Has(attribute)) return {};
  return ctx.ScalarLike(ctx.Float(attribute, 0), ctx.Input(0), limit);
}

}  // namespace

Status ImportUnary(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0)}));
  return {};
}

// Ops with up to two numbers, named as ONNX names them.
Status ImportParametricUnary(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  struct Parameters {
    OpCode op;
    const char* alpha;
    float default_alpha;
    const char* beta;
    float default_beta;
  };
  static constexpr Parameters kParameters[] = {
      {OpCode::LeakyRelu, "alpha", 0.01f, nullptr, 0},
      {OpCode::Elu, "alpha", 1, nullptr, 0},
      {OpCode::Celu, "alpha", 1, nullptr, 0},
      {OpCode::ThresholdedRelu, "alpha", 1, nullptr, 0},
      {OpCode::Selu, "alpha", 1.67326319217681884765625f, "gamma", 1.05070102214813232421875f},
      {OpCode::HardSigmoid, "alpha", 0.2f, "beta", 0.5f},
      {OpCode::Shrink, "lambd", 0.5f, "bias", 0},
  };
  const auto* found = std::find_if(std::begin(kParameters), std::end(kParameters),
                                   [&ctx](const Parameters& candidate) { return candidate.op == ctx.op(); });
  if (found == std::end(kParameters)) return ctx.Unsupported("has no parameters");
  format::UnaryT attrs;
  attrs.alpha = ctx.Float(found->alpha, found->default_alpha);
  attrs.beta = found->beta != nullptr ? ctx.Float(found->beta, found->default_beta) : 0;
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportIsInf(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::UnaryT attrs;
  attrs.alpha = ctx.Bool("detect_negative", true) ? 1 : 0;
  attrs.beta = ctx.Bool("detect_positive", true) ? 1 : 0;
  ctx.SetOutput(0, ctx.Emit(OpCode::IsInf, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportBinary(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ValueId b = ctx.Input(1);
  LINNET_RETURN_IF_ERROR(LegacyBroadcast(ctx, &b));
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0), b}));
  return {};
}

// Any number of inputs, two at a time: op(op(a, b), c) ...
Status ImportVariadic(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, INT32_MAX));
  ValueId result = ctx.Input(0);
  for (int i = 1; i < ctx.input_count(); ++i) result = ctx.Emit(ctx.op(), {result, ctx.Input(i)});
  ctx.SetOutput(0, result);
  return {};
}

Status ImportMean(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, INT32_MAX));
  Values inputs;
  for (int i = 0; i < ctx.input_count(); ++i) inputs.push_back(ctx.Input(i));
  ctx.SetOutput(0, ctx.Emit(OpCode::Mean, inputs));
  return {};
}

Status ImportMod(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::ModT attrs;
  attrs.fmod = ctx.Bool("fmod", false);
  ctx.SetOutput(0, ctx.Emit(OpCode::Mod, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportBitShift(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  const std::string direction = ctx.String("direction", "");
  if (direction != "LEFT" && direction != "RIGHT") return ctx.Invalid("direction is '%s'", direction.c_str());
  format::BitShiftT attrs;
  attrs.left = direction == "LEFT";
  ctx.SetOutput(0, ctx.Emit(OpCode::BitShift, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportWhere(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  ctx.SetOutput(0, ctx.Emit(OpCode::Where, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}));
  return {};
}

// The limits are inputs, and were attributes before opset 11.
Status ImportClip(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 3));
  ValueId min = ctx.Input(1), max = ctx.Input(2);
  if (ctx.opset() < 11) {
    LINNET_RETURN_IF_ERROR(AttributeLimit(ctx, "min", &min));
    LINNET_RETURN_IF_ERROR(AttributeLimit(ctx, "max", &max));
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::Clip, {ctx.Input(0), min, max}));
  return {};
}

// The slope broadcasts to x. Before opset 7 a slope [c] stood for the channels of [n, c, ...].
Status ImportPRelu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ValueId slope = ctx.Input(1);
  if (ctx.opset() < 7) {
    int rank = 0, slope_rank = 0;
    LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
    LINNET_RETURN_IF_ERROR(ctx.GetRank(slope, &slope_rank));
    std::vector<int> trailing;
    for (int d = 2; d < rank; ++d) trailing.push_back(d - 1);
    if (slope_rank == 1 && !trailing.empty()) slope = ctx.Unsqueeze(slope, trailing);
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::PRelu, {ctx.Input(0), slope}));
  return {};
}

namespace {

// What happens to values that the new type cannot hold: it matters to types of 8 bits and fewer.
Status ReadRounding(ImportContext& ctx, format::CastT* attrs) {
  attrs->saturate = ctx.Bool("saturate", true);
  const std::string mode = ctx.String("round_mode", "up");
  if (mode == "up") {
    attrs->round_mode = format::RoundMode::Up;
  } else if (mode == "down") {
    attrs->round_mode = format::RoundMode::Down;
  } else if (mode == "nearest") {
    attrs->round_mode = format::RoundMode::Nearest;
  } else {
    return ctx.Invalid("round_mode is '%s'", mode.c_str());
  }
  return {};
}

}  // namespace

// `to` was the name of a type before opset 6.
Status ImportCast(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const AttributeProto* to = ctx.Find("to");
  format::CastT attrs;
  LINNET_RETURN_IF_ERROR(ReadRounding(ctx, &attrs));
  int64_t type = 0;
  if (to != nullptr && to->type == AttributeType::kString) {
    static const char* const kNames[] = {"",      "FLOAT",  "UINT8", "INT8",    "UINT16", "INT16",  "INT32",
                                         "INT64", "STRING", "BOOL",  "FLOAT16", "DOUBLE", "UINT32", "UINT64"};
    type = std::find(std::begin(kNames), std::end(kNames), to->s) - std::begin(kNames);
  } else {
    type = ctx.Int64("to", 0);
  }
  if (type <= 0 || type > static_cast<int64_t>(ElementType::kInt2)) {
    return ctx.Invalid("attribute 'to' is no element type");
  }
  if (ElementBits(static_cast<ElementType>(type)) == 0) {
    return ctx.Unsupported("casts to %s", ElementTypeName(static_cast<ElementType>(type)));
  }
  attrs.to = static_cast<format::ElementType>(type);
  ctx.SetOutput(0, ctx.Emit(OpCode::Cast, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportCastLike(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(1), &type));
  format::CastT attrs;
  LINNET_RETURN_IF_ERROR(ReadRounding(ctx, &attrs));
  attrs.to = static_cast<format::ElementType>(type);
  ctx.SetOutput(0, ctx.Emit(OpCode::Cast, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportBitCast(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const int64_t type = ctx.Int64("to", 0);
  if (type <= 0 || type > static_cast<int64_t>(ElementType::kInt2)) {
    return ctx.Invalid("attribute 'to' is no element type");
  }
  format::CastT attrs;
  attrs.to = static_cast<format::ElementType>(type);
  ctx.SetOutput(0, ctx.Emit(OpCode::BitCast, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
