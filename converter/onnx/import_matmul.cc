// Matrix products. Engine: a [..., M, K] x b [..., K, N], bias [N].
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

ValueId EmitMatMul(ImportContext& ctx, Values inputs, bool transpose_b) {
  format::MatMulT attrs;
  attrs.transpose_b = transpose_b;
  return ctx.Emit(OpCode::MatMul, std::move(inputs), std::move(attrs));
}

// As NumPy's matmul: a list on the left is a row, one on the right a column, and their dimension is dropped.
Status EmitNumpyMatMul(ImportContext& ctx, ValueId a, ValueId b, ValueId* y) {
  int a_rank = 0, b_rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(a, &a_rank));
  LINNET_RETURN_IF_ERROR(ctx.GetRank(b, &b_rank));
  if (a_rank == 0 || b_rank == 0) return ctx.Invalid("an input is a scalar");
  if (a_rank == 1) a = ctx.Unsqueeze(a, {0});
  if (b_rank == 1) b = ctx.Unsqueeze(b, {1});
  *y = EmitMatMul(ctx, {a, b}, false);
  std::vector<int> dropped;
  if (b_rank == 1) dropped.push_back(-1);
  if (a_rank == 1) dropped.push_back(-2);
  if (!dropped.empty()) *y = ctx.Squeeze(*y, dropped);
  return {};
}

// Exchanges the last two axes.
Status TransposeMatrix(ImportContext& ctx, ValueId x, ValueId* result) {
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(x, &rank));
  if (rank < 2) return ctx.Invalid("a matrix has rank %d", rank);
  std::vector<int> perm;
  for (int d = 0; d < rank; ++d) perm.push_back(d);
  std::swap(perm[rank - 1], perm[rank - 2]);
  *result = ctx.Transpose(x, perm);
  return {};
}

// [m, batch..., k] -> [batch..., m, k]
Status TransposeBatch(ImportContext& ctx, ValueId x, ValueId* result) {
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(x, &rank));
  if (rank < 3) return ctx.Invalid("transposes the batch of a tensor of rank %d", rank);
  std::vector<int> perm;
  for (int d = 1; d < rank - 1; ++d) perm.push_back(d);
  perm.push_back(0);
  perm.push_back(rank - 1);
  *result = ctx.Transpose(x, perm);
  return {};
}

Status Scaled(ImportContext& ctx, ValueId x, float factor, ValueId* result) {
  *result = x;
  if (factor == 1) return {};
  ValueId scalar = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(factor, x, &scalar));
  *result = ctx.Emit(OpCode::Mul, {x, scalar});
  return {};
}

// x - zero_point in int32. A list of zero points is one per row of the left, or per column of the right matrix.
Status CenteredInts(ImportContext& ctx, ValueId x, ValueId zero_point, bool rows, ValueId* result) {
  *result = ctx.Cast(x, ElementType::kInt32);
  if (zero_point == kNoValue) return {};
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(zero_point, &rank));
  ValueId subtrahend = ctx.Cast(zero_point, ElementType::kInt32);
  Shape shape;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(zero_point, &shape));
  if (rank == 1 && shape.elements() > 1 && rows) subtrahend = ctx.Unsqueeze(subtrahend, {1});
  *result = ctx.Emit(OpCode::Sub, {*result, subtrahend});
  return {};
}

}  // namespace

Status EmitIntegerMatMul(ImportContext& ctx, ValueId a, ValueId a_zero_point, ValueId b, ValueId b_zero_point,
                         ValueId* y) {
  LINNET_RETURN_IF_ERROR(CenteredInts(ctx, a, a_zero_point, /*rows=*/true, &a));
  LINNET_RETURN_IF_ERROR(CenteredInts(ctx, b, b_zero_point, /*rows=*/false, &b));
  return EmitNumpyMatMul(ctx, a, b, y);
}

Status ImportMatMul(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitNumpyMatMul(ctx, ctx.Input(0), ctx.Input(1), &y));
  ctx.SetOutput(0, y);
  return {};
}

// com.microsoft: alpha * a' b', each transposed if asked. Transposing the batch moves the first axis before the last;
// transposing the matrix comes after it.
Status ImportFusedMatMul(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ValueId a = ctx.Input(0), b = ctx.Input(1), y = kNoValue;
  if (ctx.Bool("transBatchA", false)) LINNET_RETURN_IF_ERROR(TransposeBatch(ctx, a, &a));
  if (ctx.Bool("transBatchB", false)) LINNET_RETURN_IF_ERROR(TransposeBatch(ctx, b, &b));
  if (ctx.Bool("transA", false)) LINNET_RETURN_IF_ERROR(TransposeMatrix(ctx, a, &a));
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(b, &rank));
  if (rank < 2) {  // a list has no transpose
    LINNET_RETURN_IF_ERROR(EmitNumpyMatMul(ctx, a, b, &y));
  } else {
    y = EmitMatMul(ctx, {a, b}, ctx.Bool("transB", false));
  }
  LINNET_RETURN_IF_ERROR(Scaled(ctx, y, ctx.Float("alpha", 1), &y));
  ctx.SetOutput(0, y);
  return {};
}

// alpha * a' b' + beta * c; c broadcasts to [M, N].
Status ImportGemm(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  ValueId a = ctx.Input(0), c = ctx.Input(2), y;
  if (ctx.Bool("transA", false)) a = ctx.Transpose(a, {1, 0});
  const bool transpose_b = ctx.Bool("transB", false);
  const float alpha = ctx.Float("alpha", 1), beta = ctx.Float("beta", 1);
  Shape bias, weight;
  if (c != kNoValue) {
    LINNET_RETURN_IF_ERROR(Scaled(ctx, c, beta, &c));
    LINNET_RETURN_IF_ERROR(ctx.GetShape(c, &bias));
    LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &weight));
  }
  if (weight.rank() != 0 && weight.rank() != 2) return ctx.Invalid("b has rank %d, expected 2", weight.rank());
  const bool per_column = c != kNoValue && alpha == 1 && bias.rank() == 1 && bias[0] == weight[transpose_b ? 0 : 1];
  y = EmitMatMul(ctx, {a, ctx.Input(1), per_column ? c : kNoValue}, transpose_b);
  LINNET_RETURN_IF_ERROR(Scaled(ctx, y, alpha, &y));
  if (c != kNoValue && !per_column) y = ctx.Emit(OpCode::Add, {y, c});
  if (ctx.node().op_type == "FusedGemm") {
    std::vector<float> parameters = {ctx.Float("activation_alpha", 0), ctx.Float("activation_beta", 0)};
    if (!ctx.Has("activation_alpha")) parameters.clear();
    LINNET_RETURN_IF_ERROR(EmitActivation(ctx, ctx.String("activation", ""), parameters, y, &y));
  }
  ctx.SetOutput(0, y);
  return {};
}

Status ImportMatMulInteger(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 4));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitIntegerMatMul(ctx, ctx.Input(0), ctx.Input(2), ctx.Input(1), ctx.Input(3), &y));
  ctx.SetOutput(0, y);
  return {};
}

namespace {

// As a product of floats between DequantizeLinear and QuantizeLinear, which the int8 passes fold. False if a scale or zero
// point is not constant, is one of several of a row, or is no float32.
Status EmitQuantizedMatMul(ImportContext& ctx, bool* done) {
  for (int i : {1, 2, 4, 5, 6, 7}) {
    if (!ctx.IsConstant(ctx.Input(i))) return {};
  }
  if (ctx.graph().value(ctx.Input(1)).type != ElementType::kFloat32) return {};
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(3), &rank));
  if (ctx.graph().value(ctx.Input(1)).shape.elements() != 1 || rank != 2) return {};
  format::QuantizeT columns;
  columns.axis = rank - 1;
  const ValueId a = ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, format::QuantizeT());
  const ValueId b = ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(3), ctx.Input(4), ctx.Input(5)}, columns);
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitNumpyMatMul(ctx, a, b, &y));
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {y, ctx.Input(6), ctx.Input(7)}, format::QuantizeT()));
  *done = true;
  return {};
}

}  // namespace

// Inputs a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point.
Status ImportQLinearMatMul(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(8, 8));
  bool done = false;
  LINNET_RETURN_IF_ERROR(EmitQuantizedMatMul(ctx, &done));
  if (done) return {};
  ValueId sums = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitIntegerMatMul(ctx, ctx.Input(0), ctx.Input(2), ctx.Input(3), ctx.Input(5), &sums));
  Shape a_scale;
  LINNET_RETURN_IF_ERROR(ctx.GetShape(ctx.Input(1), &a_scale));
  // Scales may be of any real type.
  const auto real_scale = [&ctx](int i) { return ctx.Cast(ctx.Input(i), ElementType::kFloat32); };
  const ValueId rows = a_scale.rank() == 1 && a_scale.elements() > 1 ? ctx.Unsqueeze(real_scale(1), {1}) : real_scale(1);
  const ValueId scale = ctx.Emit(OpCode::Mul, {rows, real_scale(4)});
  const ValueId real = ctx.Emit(OpCode::Mul, {ctx.Cast(sums, ElementType::kFloat32), scale});
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {real, real_scale(6), ctx.Input(7)}));
  return {};
}

}  // namespace linnet::converter::onnx
