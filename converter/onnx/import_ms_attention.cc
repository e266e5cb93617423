// com.microsoft: attention, as ONNX Runtime's transformer optimiser writes it. In primitive ops, with t keys:
//
//   scores [b, heads, s, t] = q k' * scale + mask;   y = softmax(scores) v
#include <cmath>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

// Queries, keys and values [b, heads, s or t, head].
struct Heads {
  ValueId q, k, v;
};

ValueId Gather(ImportContext& ctx, ValueId x, int64_t index) {
  return ctx.Emit(OpCode::Gather, {x, ctx.IntConstant(index)}, format::AxisT());
}
ValueId Size(ImportContext& ctx, ValueId x, int axis) { return Gather(ctx, ctx.ShapeOf(x), axis); }
ValueId Range(ImportContext& ctx, ValueId limit) {
  return ctx.Emit(OpCode::Range, {ctx.IntConstant(0), limit, ctx.IntConstant(1)});
}

// [b, s, heads * head] -> [b, heads, s, head]
ValueId ToHeads(ImportContext& ctx, ValueId x, int64_t heads) {
  return ctx.Transpose(ctx.Reshape(x, {0, 0, heads, -1}), {0, 2, 1, 3});
}

ValueId FromHeads(ImportContext& ctx, ValueId x) { return ctx.Reshape(ctx.Transpose(x, {0, 2, 1, 3}), {0, 0, -1}); }

// 0 where `seen`, else the value that a masked score gets added.
ValueId Additive(ImportContext& ctx, ValueId seen) {
  return ctx.Emit(OpCode::Where, {seen, ctx.Scalar(0), ctx.Scalar(ctx.Float("mask_filter_value", -10000))});
}

// A mask of ones and zeros as something to be added to the scores: [b] numbers of keys that count, [b, t], or [b, s, t].
Status KeyMask(ImportContext& ctx, ValueId mask, ValueId keys, ValueId* additive) {
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(mask, &shape));
  Shape key_shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(keys, &key_shape));
  if (shape.rank() == 1) {
    if (shape[0] != key_shape[0]) return ctx.Unsupported("the mask is a list of %lld", static_cast<long long>(shape[0]));
    const ValueId position = Range(ctx, Size(ctx, keys, 2));
    const ValueId count = ctx.Unsqueeze(ctx.Cast(mask, ElementType::kInt64), {1});
    *additive = ctx.Unsqueeze(Additive(ctx, ctx.Emit(OpCode::Less, {position, count})), {1, 2});
    return {};
  }
  if (shape.rank() != 2 && shape.rank() != 3) return ctx.Unsupported("the mask has rank %d", shape.rank());
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(mask, &type));
  const ValueId seen = type == ElementType::kBool ? mask : ctx.Cast(mask, ElementType::kBool);
  *additive = ctx.Unsqueeze(Additive(ctx, seen), shape.rank() == 2 ? std::vector<int>{1, 2} : std::vector<int>{1});
  return {};
}

// A query sees no key behind it; the last query is at the last key. [s, t]
ValueId CausalMask(ImportContext& ctx, const Heads& heads) {
  const ValueId s = Size(ctx, heads.q, 2), t = Size(ctx, heads.k, 2);
  const ValueId rows = ctx.Emit(OpCode::Add, {Range(ctx, s), ctx.Emit(OpCode::Sub, {t, s})});
  return Additive(ctx, ctx.Emit(OpCode::GreaterOrEqual, {ctx.Unsqueeze(rows, {1}), Range(ctx, t)}));
}

// `mask` and `bias` may be left out.
Status EmitAttention(ImportContext& ctx, const Heads& heads, ValueId mask, ValueId bias, ValueId* y) {
  Shape q;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(heads.q, &q));
  if (q.rank() != 4 || q[3] == 0) return ctx.Invalid("the queries have rank %d", q.rank());
  float scale = ctx.Float("scale", 0);
  if (scale == 0) scale = 1 / std::sqrt(static_cast<float>(q[3]));
  format::MatMulT product;
  product.transpose_b = true;
  ValueId factor = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(scale, heads.q, &factor));
  ValueId scores = ctx.Emit(OpCode::Mul, {ctx.Emit(OpCode::MatMul, {heads.q, heads.k}, std::move(product)), factor});
  if (mask != kNoValue) {
    LINNET_RETURN_IF_ERROR(KeyMask(ctx, mask, heads.k, &mask));
    scores = ctx.Emit(OpCode::Add, {scores, mask});
  }
  if (ctx.Bool("unidirectional", false)) scores = ctx.Emit(OpCode::Add, {scores, CausalMask(ctx, heads)});
  if (bias != kNoValue) scores = ctx.Emit(OpCode::Add, {scores, bias});
  format::AxisT last;
  last.axis = -1;
  const ValueId weights = ctx.Emit(OpCode::Softmax, {scores}, std::move(last));
  *y = FromHeads(ctx, ctx.Emit(OpCode::MatMul, {weights, heads.v}, format::MatMulT()));
  return {};
}

// x [b, s, sum of sizes] cut along its last axis.
Values SplitLast(ImportContext& ctx, ValueId x, const std::vector<int64_t>& sizes) {
  format::SplitT attrs;
  attrs.axis = 2;
  attrs.sizes = sizes;
  return ctx.EmitMany(OpCode::Split, {x}, std::vector<bool>(sizes.size(), true), std::move(attrs));
}

// past [2, b, heads, p, head] comes before k and v; the two together are output 1.
void AppendToPast(ImportContext& ctx, ValueId past, Heads* heads) {
  if (past != kNoValue) {
    heads->k = ctx.Concat({ctx.Squeeze(ctx.Slice(past, 0, 0, 1), {0}), heads->k}, 2);
    heads->v = ctx.Concat({ctx.Squeeze(ctx.Slice(past, 0, 1, 2), {0}), heads->v}, 2);
  }
  if (ctx.HasOutput(1)) {
    ctx.SetOutput(1, ctx.Concat({ctx.Unsqueeze(heads->k, {0}), ctx.Unsqueeze(heads->v, {0})}, 0));
  }
}

// The rest of Attention and QAttention, from the projected input [b, s, q + k + v].
Status FinishAttention(ImportContext& ctx, ValueId projected, ValueId mask, ValueId past, ValueId bias) {
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(projected, &shape));
  const int64_t count = ctx.Int64("num_heads", 0);
  std::vector<int64_t> sizes = ctx.Ints64("qkv_hidden_sizes");
  if (sizes.empty()) sizes.assign(3, shape.back() / 3);
  const bool sane = count > 0 && sizes.size() == 3 && sizes[0] == sizes[1] &&
                    sizes[0] + sizes[1] + sizes[2] == shape.back() && sizes[0] % count == 0 && sizes[2] % count == 0;
  if (!sane) return ctx.Invalid("num_heads or qkv_hidden_sizes do not fit the weights");
  if (ctx.Bool("do_rotary", false) || ctx.Bool("past_present_share_buffer", false)) {
    return ctx.Unsupported("do_rotary or past_present_share_buffer");
  }
  const Values parts = SplitLast(ctx, projected, sizes);
  Heads heads = {ToHeads(ctx, parts[0], count), ToHeads(ctx, parts[1], count), ToHeads(ctx, parts[2], count)};
  AppendToPast(ctx, past, &heads);
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitAttention(ctx, heads, mask, bias, &y));
  ctx.SetOutput(0, y);
  return {};
}

// Queries, keys and values of MultiHeadAttention before its bias, in [b, heads, s, head] or [b, s, hidden].
Status ReadOperands(ImportContext& ctx, Values* operands) {
  int rank = 0, key_rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank == 5) {  // [b, s, heads, 3, head]
    for (int64_t part = 0; part < 3; ++part) {
      const ValueId x = ctx.Squeeze(ctx.Slice(ctx.Input(0), 3, part, part + 1), {3});
      operands->push_back(ctx.Reshape(x, {0, 0, -1}));
    }
    return {};
  }
  if (rank != 3 || !ctx.HasInput(1)) return ctx.Unsupported("queries of rank %d", rank);
  operands->push_back(ctx.Input(0));
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(1), &key_rank));
  if (key_rank == 5) {  // [b, t, heads, 2, head]
    for (int64_t part = 0; part < 2; ++part) {
      const ValueId x = ctx.Squeeze(ctx.Slice(ctx.Input(1), 3, part, part + 1), {3});
      operands->push_back(ctx.Reshape(x, {0, 0, -1}));
    }
    return {};
  }
  if (!ctx.HasInput(2)) return ctx.Unsupported("no values, and keys of rank %d", key_rank);
  operands->push_back(ctx.Input(1));
  operands->push_back(ctx.Input(2));
  return {};
}

// bias [q + k + v], whose three parts belong to the three operands.
Status AddBias(ImportContext& ctx, ValueId bias, Values* operands) {
  int64_t begin = 0;
  for (ValueId& operand : *operands) {
    Shape shape;
    LINNET_RETURN_IF_ERROR(ctx.GetShape(operand, &shape));
    if (shape.rank() != 3) return ctx.Unsupported("a bias of keys of rank %d", shape.rank());
    operand = ctx.Emit(OpCode::Add, {operand, ctx.Slice(bias, 0, begin, begin + shape.back())});
    begin += shape.back();
  }
  return {};
}

}  // namespace

// Inputs x [b, s, in], weights [in, q + k + v], bias?, mask?, past?, attention_bias?
Status ImportMsAttention(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 6));
  const ValueId projected =
      ctx.Emit(OpCode::MatMul, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, format::MatMulT());
  return FinishAttention(ctx, projected, ctx.Input(3), ctx.Input(4), ctx.Input(5));
}

// Attention of integers: inputs x, weights, bias, x_scale, weight_scale, mask?, x_zero_point?, weight_zero_point?, past?
Status ImportQAttention(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(5, 9));
  ValueId sums = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitIntegerMatMul(ctx, ctx.Input(0), ctx.Input(6), ctx.Input(1), ctx.Input(7), &sums));
  const ValueId scale = ctx.Emit(OpCode::Mul, {ctx.Input(3), ctx.Input(4)});
  const ValueId product = ctx.Emit(OpCode::Mul, {ctx.Cast(sums, ElementType::kFloat32), scale});
  return FinishAttention(ctx, ctx.Emit(OpCode::Add, {product, ctx.Input(2)}), ctx.Input(5), ctx.Input(8), kNoValue);
}

// Inputs query, key?, value?, bias?, key_padding_mask?, attention_bias?, past_key?, past_value?
Status ImportMultiHeadAttention(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 8));
  const int64_t count = ctx.Int64("num_heads", 0);
  if (count <= 0) return ctx.Invalid("num_heads is %lld", static_cast<long long>(count));
  Values operands;
  LINNET_RETURN_IF_ERROR(ReadOperands(ctx, &operands));
  if (ctx.HasInput(3)) LINNET_RETURN_IF_ERROR(AddBias(ctx, ctx.Input(3), &operands));
  for (ValueId& operand : operands) {  // keys and values may have their heads apart already
    int rank = 0;
    LINNET_RETURN_IF_ERROR(ctx.GetRank(operand, &rank));
    if (rank == 3) operand = ToHeads(ctx, operand, count);
  }
  Heads heads = {operands[0], operands[1], operands[2]};
  if (ctx.HasInput(6)) heads.k = ctx.Concat({ctx.Input(6), heads.k}, 2);
  if (ctx.HasInput(7)) heads.v = ctx.Concat({ctx.Input(7), heads.v}, 2);
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitAttention(ctx, heads, ctx.Input(4), ctx.Input(5), &y));
  ctx.SetOutput(0, y);
  ctx.SetOutput(1, heads.k);
  ctx.SetOutput(2, heads.v);
  return {};
}

}  // namespace linnet::converter::onnx
