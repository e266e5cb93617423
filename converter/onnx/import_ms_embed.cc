// com.microsoft: the embedding of BERT, rotary positions, and Pad.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

struct Embedding {
  ValueId words, positions, segments, gamma, beta;  // segments: kNoValue if there are none
};

ValueId Gather(ImportContext& ctx, ValueId table, ValueId indices) {
  return ctx.Emit(OpCode::Gather, {table, indices}, format::AxisT());
}

// int64 scalar
ValueId Size(ImportContext& ctx, ValueId x, int axis) { return Gather(ctx, ctx.ShapeOf(x), ctx.IntConstant(axis)); }

ValueId Range(ImportContext& ctx, ValueId limit) {
  return ctx.Emit(OpCode::Range, {ctx.IntConstant(0), limit, ctx.IntConstant(1)});
}

// Outputs: the norm of the sum of all embeddings; per row the number of mask entries that are 1 (0 without a mask); the
// sum itself.
Status EmitEmbedding(ImportContext& ctx, const Embedding& tables, ValueId mask, ValueId position_ids) {
  const ValueId ids = ctx.Input(0), segment_ids = ctx.Input(1);
  ValueId sum = Gather(ctx, tables.words, ids);
  const ValueId positions = position_ids != kNoValue ? position_ids : Range(ctx, Size(ctx, ids, 1));
  sum = ctx.Emit(OpCode::Add, {sum, Gather(ctx, tables.positions, positions)});
  if (tables.segments != kNoValue && segment_ids != kNoValue) {
    sum = ctx.Emit(OpCode::Add, {sum, Gather(ctx, tables.segments, segment_ids)});
  }
  format::NormT norm;
  norm.epsilon = ctx.Float("epsilon", 1e-12f);
  ctx.SetOutput(0, ctx.Emit(OpCode::LayerNorm, {sum, tables.gamma, tables.beta}, std::move(norm)));
  if (ctx.HasOutput(1)) {
    ValueId valid = mask;
    if (mask == kNoValue) {
      format::ConstantOfShapeT zeros;
      zeros.type = format::ElementType::Int32;
      valid = ctx.Emit(OpCode::ConstantOfShape, {ctx.ShapeOf(ids)}, std::move(zeros));
    }
    const ValueId one = ctx.Emit(OpCode::Equal, {valid, ctx.Scalar(1, ElementType::kInt32)});
    ctx.SetOutput(1, ctx.Reduce(OpCode::ReduceSum, ctx.Cast(one, ElementType::kInt32), {1}, /*keepdims=*/false));
  }
  ctx.SetOutput(2, sum);
  return {};
}

// cos or sin of each position: [batch or 1, s, 1, d / 2] where heads come after the sequence, else [batch or 1, 1, s, d / 2].
Status RotaryAngles(ImportContext& ctx, ValueId cache, ValueId x, bool heads_first, ValueId* angles) {
  Shape ids;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &ids));
  ValueId positions = ctx.Input(1);
  if (ids.rank() < 2) {  // the position of the first token
    positions = ctx.Emit(OpCode::Add, {Range(ctx, Size(ctx, x, heads_first ? 2 : 1)), positions});
    positions = ctx.Unsqueeze(positions, {0});
  }
  *angles = ctx.Unsqueeze(Gather(ctx, cache, positions), {heads_first ? 1 : 2});
  return {};
}

// The two halves of what is rotated: neighbours where `interleaved`, else the first and the second half.
struct Halves {
  ValueId first, second;
};

Halves SplitHalves(ImportContext& ctx, ValueId x, int64_t size, bool interleaved) {
  if (interleaved) return {ctx.Slice(x, 3, 0, size, 2), ctx.Slice(x, 3, 1, size, 2)};
  return {ctx.Slice(x, 3, 0, size / 2), ctx.Slice(x, 3, size / 2, size)};
}

ValueId JoinHalves(ImportContext& ctx, const Halves& halves, int64_t size, bool interleaved) {
  if (!interleaved) return ctx.Concat({halves.first, halves.second}, 3);
  const ValueId pairs = ctx.Concat({ctx.Unsqueeze(halves.first, {4}), ctx.Unsqueeze(halves.second, {4})}, 4);
  return ctx.Reshape(pairs, {0, 0, 0, size});
}

// x [batch, s, heads, head] or [batch, heads, s, head], of which the first `size` of each head are rotated.
Status Rotate(ImportContext& ctx, ValueId x, int64_t head, int64_t size, bool heads_first, ValueId* y) {
  const bool interleaved = ctx.Bool("interleaved", false);
  ValueId cos = kNoValue, sin = kNoValue;
  LINNET_RETURN_IF_ERROR(RotaryAngles(ctx, ctx.Input(2), x, heads_first, &cos));
  LINNET_RETURN_IF_ERROR(RotaryAngles(ctx, ctx.Input(3), x, heads_first, &sin));
  const Halves in = SplitHalves(ctx, x, size, interleaved);
  const auto times = [&](ValueId a, ValueId b) { return ctx.Emit(OpCode::Mul, {a, b}); };
  const Halves out = {ctx.Emit(OpCode::Sub, {times(in.first, cos), times(in.second, sin)}),
                      ctx.Emit(OpCode::Add, {times(in.second, cos), times(in.first, sin)})};
  *y = JoinHalves(ctx, out, size, interleaved);
  if (size < head) *y = ctx.Concat({*y, ctx.Slice(x, 3, size, head)}, 3);
  return {};
}

}  // namespace

// Inputs ids, segment_ids?, words, positions, segments?, gamma, beta, mask?, position_ids?
Status ImportEmbedLayerNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 9));
  for (int i : {2, 3, 5, 6}) {
    if (!ctx.HasInput(i)) return ctx.Invalid("input %d is missing", i);
  }
  const Embedding tables = {ctx.Input(2), ctx.Input(3), ctx.Input(4), ctx.Input(5), ctx.Input(6)};
  return EmitEmbedding(ctx, tables, ctx.Input(7), ctx.Input(8));
}

// As EmbedLayerNormalization with tables of integers: inputs 0 to 7 as there, then the five scales, then the five zero
// points.
Status ImportQEmbedLayerNormalization(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 18));
  const auto table = [&](int i) {
    if (!ctx.HasInput(2 + i)) return kNoValue;
    return ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(2 + i), ctx.Input(8 + i), ctx.Input(13 + i)},
                    format::QuantizeT());
  };
  for (int i : {2, 3, 5, 6, 8, 9, 11, 12}) {
    if (!ctx.HasInput(i)) return ctx.Invalid("input %d is missing", i);
  }
  return EmitEmbedding(ctx, {table(0), table(1), table(2), table(3), table(4)}, ctx.Input(7), kNoValue);
}

// Inputs x [batch, s, hidden] or [batch, heads, s, head], position_ids [1] or [batch, s], cos and sin [positions, d / 2].
Status ImportMsRotaryEmbedding(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(4, 4));
  Shape x_shape, cache;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(0), &x_shape));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(2), &cache));
  if (cache.rank() != 2 || (x_shape.rank() != 3 && x_shape.rank() != 4)) {
    return ctx.Invalid("x has rank %d and cos rank %d, expected 3 or 4, and 2", x_shape.rank(), cache.rank());
  }
  if (ctx.Bool("is_packed_batching", false)) return ctx.Unsupported("is_packed_batching");
  const bool heads_first = x_shape.rank() == 4;
  const int64_t rotated = 2 * cache[1], heads = ctx.Int64("num_heads", 0);
  int64_t head = heads_first ? x_shape[3] : rotated;
  if (!heads_first && heads > 0) head = x_shape[2] / heads;
  if (head < rotated || rotated == 0) return ctx.Invalid("cos has %lld columns", static_cast<long long>(cache[1]));
  ValueId x = ctx.Input(0), y = kNoValue;
  if (!heads_first) x = ctx.Reshape(x, {0, 0, -1, head});
  LINNET_RETURN_IF_ERROR(Rotate(ctx, x, head, rotated, heads_first, &y));
  ctx.SetOutput(0, heads_first ? y : ctx.ReshapeLike(y, ctx.Input(0)));
  return {};
}

// As ONNX's Pad of opset 11.
Status ImportMsPad(ImportContext& ctx) {
  Values inputs;
  for (int i = 0; i < ctx.input_count(); ++i) inputs.push_back(ctx.Input(i));
  ImportContext inner = ctx.Inner(OpCode::Pad, 11, std::move(inputs));
  LINNET_RETURN_IF_ERROR(ImportPad(inner));
  if (!inner.status().ok()) return std::move(inner.status());
  ctx.SetOutput(0, inner.outputs()[0]);
  return {};
}

}  // namespace linnet::converter::onnx
