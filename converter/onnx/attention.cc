#include "converter/onnx/attention.h"

#include <cmath>

namespace linnet::converter::onnx {
namespace {

ValueId MatMul(ImportContext& ctx, ValueId a, ValueId b) { return ctx.Emit(OpCode::MatMul, {a, b}, format::MatMulT()); }

ValueId ReshapeTo(ImportContext& ctx, ValueId x, const Values& sizes) {
  format::ReshapeT attrs;
  attrs.allow_zero = true;
  return ctx.Emit(OpCode::Reshape, {x, ctx.Concat(sizes, 0)}, std::move(attrs));
}

// a [b, q_heads, m, k] times b [b, kv_heads, k, n] -> [b, q_heads, m, n]: the heads that share one of b are stacked.
Status EmitHeadProduct(ImportContext& ctx, ValueId a, ValueId b, ValueId* y) {
  Shape left, right;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(a, &left));
  LINNET_RETURN_IF_ERROR(ctx.GetShape(b, &right));
  if (left.rank() != 4 || right.rank() != 4) return ctx.Invalid("q, k or v have a rank other than 4");
  const int64_t q_heads = left[1], kv_heads = right[1];
  if (q_heads == kv_heads) {
    *y = MatMul(ctx, a, b);
    return {};
  }
  if (kv_heads == 0 || q_heads % kv_heads != 0) {
    return ctx.Invalid("%lld heads of q for %lld of k and v", static_cast<long long>(q_heads),
                       static_cast<long long>(kv_heads));
  }
  const ValueId rows = ctx.Emit(OpCode::Mul, {SizeOf(ctx, a, 2), ctx.IntsConstant({q_heads / kv_heads})});
  const ValueId stacked = ReshapeTo(ctx, a, {SizeOf(ctx, a, 0), ctx.IntsConstant({kv_heads}), rows, SizeOf(ctx, a, 3)});
  const ValueId product = MatMul(ctx, stacked, b);
  *y = ReshapeTo(ctx, product, {SizeOf(ctx, a, 0), ctx.IntsConstant({q_heads}), SizeOf(ctx, a, 2), SizeOf(ctx, b, 3)});
  return {};
}

}  // namespace

ValueId SizeOf(ImportContext& ctx, ValueId x, int axis) {
  format::ShapeOfT attrs;
  attrs.start = axis;
  attrs.end = axis + 1;
  return ctx.Emit(OpCode::Shape, {x}, std::move(attrs));
}

ValueId SplitHeads(ImportContext& ctx, ValueId x, int64_t heads) {
  return ctx.Transpose(ctx.Reshape(x, {0, 0, heads, -1}), {0, 2, 1, 3});
}

ValueId MergeHeads(ImportContext& ctx, ValueId x) { return ctx.Reshape(ctx.Transpose(x, {0, 2, 1, 3}), {0, 0, -1}); }

Status EmitScores(ImportContext& ctx, ValueId q, ValueId k, double scale, ValueId* scores) {
  Shape shape;
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(q, &shape));
  LINNET_RETURN_IF_ERROR(ctx.GetType(q, &type));
  if (shape.rank() != 4) return ctx.Invalid("q has rank %d, expected 4", shape.rank());
  if (scale == 0) scale = 1 / std::sqrt(static_cast<double>(shape[3]));
  if (type == ElementType::kFloat32 || type == ElementType::kFloat64) {
    q = ctx.Emit(OpCode::Mul, {q, ctx.Scalar(scale, type)});
  } else {  // products of 16-bit floats overflow early: half of the scale goes to each side, as ONNX has it
    const ValueId root = ctx.Scalar(std::sqrt(scale), type);
    q = ctx.Emit(OpCode::Mul, {q, root});
    k = ctx.Emit(OpCode::Mul, {k, root});
  }
  return EmitHeadProduct(ctx, q, ctx.Transpose(k, {0, 1, 3, 2}), scores);
}

Status EmitWeightedSum(ImportContext& ctx, ValueId weights, ValueId v, ValueId* y) {
  return EmitHeadProduct(ctx, weights, v, y);
}

}  // namespace linnet::converter::onnx
