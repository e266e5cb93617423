// Ops of signals and texts: spectra and n-grams.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {

// The axis is an input from opset 20 on; before, an attribute whose default is 1.
Status ImportDft(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 3));
  format::DftT attrs;
  attrs.inverse = ctx.Bool("inverse", false);
  attrs.onesided = ctx.Bool("onesided", false);
  const ValueId axis = ctx.opset() < 20 ? ctx.IntConstant(ctx.Int64("axis", 1)) : ctx.Input(2);
  ctx.SetOutput(0, ctx.Emit(OpCode::Dft, {ctx.Input(0), ctx.Input(1), axis}, std::move(attrs)));
  return {};
}

// Frames [b, frames, length, 1 or 2] of the signal [b, n, 1 or 2], a step apart, times the window; then their
// transforms.
Status ImportStft(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 4));
  ElementType type = ElementType::kUndefined;
  Shape signal;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(0), &signal));
  const bool scalars = signal.rank() == 3 && (signal[2] == 1 || signal[2] == 2);
  if (!scalars) return ctx.Invalid("a signal of rank %d, expected [batch, n, 1 or 2]", signal.rank());
  const ValueId zero = ctx.IntConstant(0), one = ctx.IntConstant(1);
  const auto size_of = [&](ValueId x, int axis) {
    return ctx.Squeeze(ctx.Slice(ctx.ShapeOf(x), 0, axis, axis + 1), {0});
  };
  const auto scalar = [&](ValueId x) { return ctx.Reshape(ctx.Cast(x, ElementType::kInt64), {}); };
  const ValueId samples = size_of(ctx.Input(0), 1);
  ValueId length = samples;
  if (ctx.HasInput(2)) length = size_of(ctx.Input(2), 0);
  if (ctx.HasInput(3)) length = scalar(ctx.Input(3));
  const ValueId end = ctx.Emit(OpCode::Add, {ctx.Emit(OpCode::Sub, {samples, length}), one});
  const ValueId starts = ctx.Emit(OpCode::Range, {zero, end, scalar(ctx.Input(1))});
  const ValueId steps = ctx.Emit(OpCode::Range, {zero, length, one});
  format::AxisT along_time;
  along_time.axis = 1;
  ValueId frames = ctx.Emit(OpCode::Gather, {ctx.Input(0), ctx.Emit(OpCode::Add, {ctx.Unsqueeze(starts, {1}), steps})},
                            std::move(along_time));
  if (ctx.HasInput(2)) frames = ctx.Emit(OpCode::Mul, {frames, ctx.Unsqueeze(ctx.Input(2), {1})});
  format::DftT attrs;
  attrs.onesided = ctx.Bool("onesided", true) && signal[2] == 1;
  ctx.SetOutput(0, ctx.Emit(OpCode::Dft, {frames, kNoValue, ctx.IntConstant(2)}, std::move(attrs)));
  return {};
}

Status ImportMelWeightMatrix(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(5, 5));
  const int64_t type = ctx.Int64("output_datatype", static_cast<int64_t>(ElementType::kFloat32));
  if (type <= 0 || type > static_cast<int64_t>(ElementType::kInt2)) {
    return ctx.Invalid("output_datatype is no element type");
  }
  format::CastT attrs;
  attrs.to = static_cast<format::ElementType>(type);
  Values inputs;
  for (int i = 0; i < 5; ++i) inputs.push_back(ctx.Input(i));
  ctx.SetOutput(0, ctx.Emit(OpCode::MelWeightMatrix, inputs, std::move(attrs)));
  return {};
}

Status ImportTfIdfVectorizer(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  if (ctx.Has("pool_strings")) return ctx.Unsupported("n-grams of texts");
  format::TfIdfT attrs;
  attrs.max_gram_length = ctx.Int("max_gram_length", 1);
  attrs.min_gram_length = ctx.Int("min_gram_length", 1);
  attrs.max_skip_count = ctx.Int("max_skip_count", 0);
  const std::string mode = ctx.String("mode", "TF");
  if (mode != "TF" && mode != "IDF" && mode != "TFIDF") return ctx.Invalid("mode is '%s'", mode.c_str());
  attrs.mode = mode == "TF" ? 0 : mode == "IDF" ? 1 : 2;
  attrs.ngram_counts = ctx.Ints64("ngram_counts");
  attrs.ngram_indexes = ctx.Ints64("ngram_indexes");
  attrs.pool = ctx.Ints64("pool_int64s");
  attrs.weights = ctx.Floats("weights");
  ctx.SetOutput(0, ctx.Emit(OpCode::TfIdfVectorizer, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
