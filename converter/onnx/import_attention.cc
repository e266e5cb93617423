// Attention and what goes with it, as compositions.
#include <cmath>

#include "converter/onnx/attention.h"
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kMask = 3, kPastKey = 4, kPastValue = 5, kValidLength = 6;  // inputs

// What is added to the scores [b, heads, s, t]: 0, or -inf where a query must not see a key.
class BiasBuilder {
 public:
  // k: with what is in the cache.
  BiasBuilder(ImportContext& ctx, ElementType type, ValueId q, ValueId k) : ctx_(ctx), type_(type), q_(q), k_(k) {}

  Status Build() {
    if (ctx_.HasInput(kMask)) LINNET_RETURN_IF_ERROR(AddMask());
    const int64_t left = ctx_.Int64("left_window_size", -1), right = ctx_.Int64("right_window_size", -1);
    if (left < -1 || right < -1) return ctx_.Invalid("a window size is below -1");
    const bool causal = ctx_.Bool("is_causal", false);
    if (causal) Allow(Compare(0, /*ahead=*/true));
    if (left >= 0) Allow(Compare(left, /*ahead=*/false));
    if (right >= 0) Allow(Compare(right, /*ahead=*/true));
    if (ctx_.HasInput(kValidLength)) Allow(Emit(OpCode::Less, Keys(), ValidLength()));
    // A causal query always sees the first key, unless something else hides it.
    can_hide_all_ = ctx_.HasInput(kMask) || ctx_.HasInput(kValidLength) || left >= 0 || right >= 0;
    return {};
  }
  ValueId bias() const { return bias_; }  // kNoValue: none
  // Whether there may be a query that sees no key at all.
  bool can_hide_all() const { return can_hide_all_; }

 private:
  ValueId Emit(OpCode op, ValueId a, ValueId b) { return ctx_.Emit(op, {a, b}); }
  ValueId Zero() { return ctx_.Scalar(0, type_); }
  ValueId Lowest() { return ctx_.Scalar(-HUGE_VAL, type_); }

  // -inf where `allowed` is false.
  void Allow(ValueId allowed) {
    const ValueId hidden = ctx_.Emit(OpCode::Where, {allowed, Zero(), Lowest()});
    bias_ = bias_ == kNoValue ? hidden : Emit(OpCode::Add, bias_, hidden);
  }

  Status AddMask() {
    ValueId mask = ctx_.Input(kMask);
    ElementType type = ElementType::kUndefined;
    Shape shape, keys;
    LINNET_RETURN_IF_ERROR(ctx_.GetType(mask, &type));
    LINNET_RETURN_IF_ERROR(ctx_.GetShape(mask, &shape));
    LINNET_RETURN_IF_ERROR(ctx_.GetShape(k_, &keys));
    if (shape.rank() < 1 || shape.back() > keys[2]) return ctx_.Invalid("the mask is of more than the keys");
    if (type == ElementType::kBool) {
      mask = ctx_.Emit(OpCode::Where, {mask, Zero(), Lowest()});
    } else if (type != type_) {
      mask = ctx_.Cast(mask, type_);
    }
    if (shape.back() < keys[2]) {  // keys that the mask has no word for are hidden
      const ValueId missing = Emit(OpCode::Sub, SizeOf(ctx_, k_, 2), SizeOf(ctx_, mask, shape.rank() - 1));
      const ValueId pads = ctx_.Concat({ctx_.IntsConstant({0}), missing}, 0);
      mask = ctx_.Emit(OpCode::Pad, {mask, pads, Lowest(), ctx_.IntsConstant({-1})}, format::PadT());
    }
    bias_ = mask;
    return {};
  }

  ValueId Count(ValueId x) {
    return ctx_.Emit(OpCode::Range, {ctx_.IntConstant(0), ctx_.Squeeze(SizeOf(ctx_, x, 2), {0}), ctx_.IntConstant(1)});
  }
  ValueId Keys() { return Count(k_); }  // [t]
  ValueId ValidLength() {               // [b, 1, 1, 1]
    return ctx_.Reshape(ctx_.Cast(ctx_.Input(kValidLength), ElementType::kInt64), {-1, 1, 1, 1});
  }
  // Where among the keys the queries stand: [s, 1], or [b, 1, s, 1].
  ValueId Queries() {
    ValueId places = ctx_.Unsqueeze(Count(q_), {1});
    if (ctx_.HasInput(kPastKey)) return Emit(OpCode::Add, places, SizeOf(ctx_, ctx_.Input(kPastKey), 2));
    if (!ctx_.HasInput(kValidLength)) return places;
    return Emit(OpCode::Add, places, Emit(OpCode::Sub, ValidLength(), SizeOf(ctx_, q_, 2)));
  }
  // Keys at most `distance` ahead of the query, or behind it.
  ValueId Compare(int64_t distance, bool ahead) {
    const ValueId limit = ctx_.IntConstant(ahead ? distance : -distance);
    const ValueId border = distance == 0 ? Queries() : Emit(OpCode::Add, Queries(), limit);
    return Emit(ahead ? OpCode::LessOrEqual : OpCode::GreaterOrEqual, Keys(), border);
  }

  ImportContext& ctx_;
  ElementType type_;
  ValueId q_, k_;
  ValueId bias_ = kNoValue;
  bool can_hide_all_ = false;
};

struct Heads {
  ValueId q, k, v;
  bool merged;  // inputs and output are [b, s, heads * d]
};

Status ReadHeads(ImportContext& ctx, Heads* heads) {
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (rank != 3 && rank != 4) return ctx.Invalid("q has rank %d, expected 3 or 4", rank);
  *heads = {ctx.Input(0), ctx.Input(1), ctx.Input(2), rank == 3};
  if (heads->merged) {
    const int64_t q_heads = ctx.Int64("q_num_heads", 0), kv_heads = ctx.Int64("kv_num_heads", 0);
    if (q_heads < 1 || kv_heads < 1) return ctx.Invalid("inputs of rank 3 without numbers of heads");
    heads->q = SplitHeads(ctx, heads->q, q_heads);
    heads->k = SplitHeads(ctx, heads->k, kv_heads);
    heads->v = SplitHeads(ctx, heads->v, kv_heads);
  }
  if (ctx.HasInput(kPastKey) != ctx.HasInput(kPastValue)) return ctx.Invalid("has one of past_key and past_value");
  if (ctx.HasInput(kPastKey)) {
    heads->k = ctx.Concat({ctx.Input(kPastKey), heads->k}, 2);
    heads->v = ctx.Concat({ctx.Input(kPastValue), heads->v}, 2);
  }
  return {};
}

// softcap * tanh(x / softcap)
ValueId Capped(ImportContext& ctx, ValueId x, float cap, ElementType type) {
  const ValueId factor = ctx.Scalar(static_cast<double>(cap), type);
  return ctx.Emit(OpCode::Mul, {ctx.Emit(OpCode::Tanh, {ctx.Emit(OpCode::Div, {x, factor})}), factor});
}

Status Softmax(ImportContext& ctx, ValueId scores, ElementType type, ValueId* weights) {
  const int64_t number = ctx.Int64("softmax_precision", static_cast<int64_t>(type));
  const auto precision = static_cast<ElementType>(number);
  const bool known = number > 0 && number <= static_cast<int64_t>(ElementType::kBfloat16);
  if (!known || ElementBits(precision) == 0) return ctx.Invalid("softmax_precision is no floating-point type");
  if (precision != type) scores = ctx.Cast(scores, precision);
  format::AxisT attrs;
  attrs.axis = -1;
  *weights = ctx.Emit(OpCode::Softmax, {scores}, std::move(attrs));
  if (precision != type) *weights = ctx.Cast(*weights, type);
  return {};
}

}  // namespace

// y = softmax(cap(scale q k^T) + bias) v; 0 for a query that sees no key.
Status ImportAttention(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 7));
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  Heads heads = {};
  LINNET_RETURN_IF_ERROR(ReadHeads(ctx, &heads));
  Values shown(4, kNoValue);  // by qk_matmul_output_mode
  LINNET_RETURN_IF_ERROR(EmitScores(ctx, heads.q, heads.k, static_cast<double>(ctx.Float("scale", 0)), &shown[0]));
  const float cap = ctx.Float("softcap", 0);
  shown[1] = cap > 0 ? Capped(ctx, shown[0], cap, type) : shown[0];
  BiasBuilder bias(ctx, type, heads.q, heads.k);
  LINNET_RETURN_IF_ERROR(bias.Build());
  shown[2] = bias.bias() != kNoValue ? ctx.Emit(OpCode::Add, {shown[1], bias.bias()}) : shown[1];
  LINNET_RETURN_IF_ERROR(Softmax(ctx, shown[2], type, &shown[3]));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitWeightedSum(ctx, shown[3], heads.v, &y));
  if (bias.can_hide_all()) {
    const ValueId most = ctx.Reduce(OpCode::ReduceMax, bias.bias(), {-1});
    const ValueId hidden = ctx.Emit(OpCode::Equal, {most, ctx.Scalar(-HUGE_VAL, type)});
    y = ctx.Emit(OpCode::Where, {hidden, ctx.Scalar(0, type), y});
    shown[3] = ctx.Emit(OpCode::Where, {hidden, ctx.Scalar(0, type), shown[3]});
  }
  ctx.SetOutput(0, heads.merged ? MergeHeads(ctx, y) : y);
  ctx.SetOutput(1, heads.k);
  ctx.SetOutput(2, heads.v);
  const int mode = ctx.Int("qk_matmul_output_mode", 0);
  if (mode < 0 || mode > 3) return ctx.Invalid("qk_matmul_output_mode is %d", mode);
  ctx.SetOutput(3, shown[mode]);
  return {};
}

// Turns each pair (a, b) of the first `rotary_embedding_dim` of every head by an angle: (a cos - b sin, a sin + b cos).
// Pairs are neighbours if interleaved, else the two halves.
Status ImportRotaryEmbedding(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 4));
  Shape shape, cache;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(0), &shape));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &cache));
  const bool merged = shape.rank() == 3;
  const int64_t heads = ctx.Int64("num_heads", 0);
  if ((!merged && shape.rank() != 4) || (merged && (heads < 1 || shape[2] % heads != 0))) {
    return ctx.Invalid("an input of rank %d and %lld heads", shape.rank(), static_cast<long long>(heads));
  }
  // [b, heads, s, d]
  const ValueId x = merged ? SplitHeads(ctx, ctx.Input(0), heads) : ctx.Input(0);
  const int64_t size = merged ? shape[2] / heads : shape[3];
  int64_t turned = ctx.Int64("rotary_embedding_dim", 0);
  if (turned == 0) turned = size;
  if (turned < 0 || turned > size || turned % 2 != 0 || cache.rank() < 2 || cache.back() != turned / 2) {
    return ctx.Invalid("%lld of %lld turned by caches of %lld", static_cast<long long>(turned),
                       static_cast<long long>(size), static_cast<long long>(cache.rank() > 0 ? cache.back() : 0));
  }
  Values angles;  // cos, sin: [b, 1, s, turned / 2]
  for (int i = 1; i < 3; ++i) {
    ValueId values = ctx.Input(i);
    if (ctx.HasInput(3)) values = ctx.Emit(OpCode::Gather, {values, ctx.Input(3)}, format::AxisT());
    angles.push_back(ctx.Unsqueeze(values, {1}));
  }
  const bool interleaved = ctx.Bool("interleaved", false);
  const ValueId part = turned == size ? x : ctx.Slice(x, 3, 0, turned);
  const ValueId a = interleaved ? ctx.Slice(part, 3, 0, turned, 2) : ctx.Slice(part, 3, 0, turned / 2);
  const ValueId b = interleaved ? ctx.Slice(part, 3, 1, turned, 2) : ctx.Slice(part, 3, turned / 2, turned);
  const auto product = [&ctx](ValueId left, ValueId right) { return ctx.Emit(OpCode::Mul, {left, right}); };
  const ValueId real = ctx.Emit(OpCode::Sub, {product(a, angles[0]), product(b, angles[1])});
  const ValueId imaginary = ctx.Emit(OpCode::Add, {product(a, angles[1]), product(b, angles[0])});
  ValueId y = kNoValue;
  if (interleaved) {
    const ValueId pairs = ctx.Concat({ctx.Unsqueeze(real, {4}), ctx.Unsqueeze(imaginary, {4})}, 4);
    y = ctx.ReshapeLike(pairs, part);
  } else {
    y = ctx.Concat({real, imaginary}, 3);
  }
  if (turned != size) y = ctx.Concat({y, ctx.Slice(x, 3, turned, size)}, 3);
  ctx.SetOutput(0, merged ? MergeHeads(ctx, y) : y);
  return {};
}

Status ImportLinearAttention(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 6));
  const std::string rule = ctx.String("update_rule", "gated_delta");
  const bool gated = rule == "gated" || rule == "gated_delta", delta = rule == "delta" || rule == "gated_delta";
  if (!gated && !delta && rule != "linear") return ctx.Invalid("update_rule is '%s'", rule.c_str());
  if (gated && !ctx.HasInput(4)) return ctx.Invalid("rule '%s' without decay", rule.c_str());
  if (delta && !ctx.HasInput(5)) return ctx.Invalid("rule '%s' without beta", rule.c_str());
  format::LinearAttentionT attrs;
  attrs.q_heads = ctx.Int("q_num_heads", 0);
  attrs.kv_heads = ctx.Int("kv_num_heads", 0);
  attrs.scale = ctx.Float("scale", 0);
  const std::vector<bool> present = ctx.HasOutput(1) ? std::vector<bool>{true, true} : std::vector<bool>{true};
  const Values outputs = ctx.EmitMany(OpCode::LinearAttention,
                                      {ctx.Input(0), ctx.Input(1), ctx.Input(2), ctx.Input(3),
                                       gated ? ctx.Input(4) : kNoValue, delta ? ctx.Input(5) : kNoValue},
                                      present, std::move(attrs));
  for (size_t i = 0; i < outputs.size(); ++i) ctx.SetOutput(static_cast<int>(i), outputs[i]);
  return {};
}

// Writes `update` into the cache along the axis, from write_indices[b] on (circular: around its end).
Status ImportTensorScatter(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  int rank = 0, axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.Int64("axis", -2), rank, &axis));
  if (axis == 0) return ctx.Invalid("the axis is the batch");
  const std::string mode = ctx.String("mode", "linear");
  if (mode != "linear" && mode != "circular") return ctx.Invalid("mode is '%s'", mode.c_str());
  const ValueId cache = ctx.Input(0), update = ctx.Input(1);
  const ValueId count = ctx.Squeeze(SizeOf(ctx, update, axis), {0});
  const ValueId steps = ctx.Emit(OpCode::Range, {ctx.IntConstant(0), count, ctx.IntConstant(1)});
  std::vector<int64_t> along(rank, 1), batch(rank, 1);
  along[axis] = -1;
  batch[0] = -1;
  ValueId places = ctx.Reshape(steps, along);
  if (ctx.HasInput(2)) {
    const ValueId first = ctx.Reshape(ctx.Cast(ctx.Input(2), ElementType::kInt64), batch);
    places = ctx.Emit(OpCode::Add, {first, places});
  }
  if (mode == "circular") places = ctx.Emit(OpCode::Mod, {places, SizeOf(ctx, cache, axis)}, format::ModT());
  format::ScatterT attrs;
  attrs.axis = axis;
  const ValueId indices = ctx.Emit(OpCode::Expand, {places, ctx.ShapeOf(update)});
  ctx.SetOutput(0, ctx.Emit(OpCode::ScatterElements, {cache, indices, update}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
