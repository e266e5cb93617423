// FlexAttention: attention whose scores and weights go through graphs of the model.
#include "converter/onnx/attention.h"
#include "converter/onnx/graph_importer.h"

namespace linnet::converter::onnx {
namespace {

// The type that scores are computed in: at least 32 bits, if the model does not say.
Status ScoreType(ImportContext* ctx, ElementType type, ElementType* result) {
  const ElementType otherwise = type == ElementType::kFloat64 ? type : ElementType::kFloat32;
  const int64_t number = ctx->Int64("softmax_precision", static_cast<int64_t>(otherwise));
  *result = static_cast<ElementType>(number);
  const bool known = number > 0 && number <= static_cast<int64_t>(ElementType::kBfloat16);
  if (!known || ElementBits(*result) == 0) return ctx->Invalid("softmax_precision is no floating-point type");
  return {};
}

}  // namespace

// y = prob_mod(softmax(score_mod(scale q k^T))) v
Status GraphImporter::ImportFlexAttention(ImportContext* ctx, Scope* scope) {
  LINNET_RETURN_IF_ERROR(ctx->ExpectInputs(3, 3));
  ElementType type = ElementType::kUndefined, precision = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx->GetType(ctx->Input(0), &type));
  LINNET_RETURN_IF_ERROR(ScoreType(ctx, type, &precision));
  const auto modify = [&](const char* attribute, ValueId* x) -> Status {
    const GraphProto* body = FindBody(*ctx, attribute);
    if (body == nullptr) return {};
    Values outputs;
    LINNET_RETURN_IF_ERROR(InlineBody(*body, {*x}, ctx->name() + "/" + attribute + "/", ctx, scope, &outputs));
    if (outputs.size() != 1) return ctx->Invalid("its %s has %zu outputs, expected 1", attribute, outputs.size());
    *x = outputs[0];
    return *x == kPoisoned ? ctx->Unsupported("its %s needs an op that is not supported", attribute) : Status();
  };
  ValueId scores = kNoValue, y = kNoValue, v = ctx->Input(2);
  LINNET_RETURN_IF_ERROR(
      EmitScores(*ctx, ctx->Input(0), ctx->Input(1), static_cast<double>(ctx->Float("scale", 0)), &scores));
  if (precision != type) {
    scores = ctx->Cast(scores, precision);
    v = ctx->Cast(v, precision);
  }
  LINNET_RETURN_IF_ERROR(modify("score_mod", &scores));
  format::AxisT attrs;
  attrs.axis = -1;
  ValueId weights = ctx->Emit(OpCode::Softmax, {scores}, std::move(attrs));
  LINNET_RETURN_IF_ERROR(modify("prob_mod", &weights));
  LINNET_RETURN_IF_ERROR(EmitWeightedSum(*ctx, weights, v, &y));
  ctx->SetOutput(0, precision != type ? ctx->Cast(y, type) : y);
  return {};
}

}  // namespace linnet::converter::onnx
