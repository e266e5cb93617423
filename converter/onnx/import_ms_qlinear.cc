// com.microsoft: ops between quantised tensors, as ONNX Runtime's quantiser writes them. Each becomes what it is defined by,
//
//   %x = DequantizeLinear(%q, ...)   ->   the op on floats   ->   %y = QuantizeLinear(...)
//
// which later passes turn into integer arithmetic where there is an op for it.
#include <cstring>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

constexpr int kOpset = 13;  // whose forms the inner ops have, where the node does not say

// An op on floats between its quantised operands: x, scale and zero point at each of `operands`; y's scale and zero point
// at `result`.
struct QLinearOp {
  const char* name;
  Status (*import)(ImportContext& ctx);
  OpCode op;
  std::vector<int> operands;
  int result;
};

const std::vector<QLinearOp>& Ops() {
  static const std::vector<QLinearOp> ops = {
      {"QLinearAdd", ImportBinary, OpCode::Add, {0, 3}, 6},
      {"QLinearMul", ImportBinary, OpCode::Mul, {0, 3}, 6},
      {"QLinearSigmoid", ImportUnary, OpCode::Sigmoid, {0}, 3},
      {"QLinearLeakyRelu", ImportParametricUnary, OpCode::LeakyRelu, {0}, 3},
      {"QLinearGlobalAveragePool", ImportGlobalPool, OpCode::ReduceMean, {0}, 3},
      {"QLinearAveragePool", ImportPool, OpCode::AveragePool, {0}, 3},
      {"QLinearReduceMean", ImportReduce, OpCode::ReduceMean, {0}, 3},
      {"QLinearSoftmax", ImportSoftmax, OpCode::Softmax, {0}, 3},
      {"QLinearConcat", ImportConcat, OpCode::Concat, {}, 0},
      {"QLinearWhere", ImportWhere, OpCode::Where, {1, 4}, 7},
  };
  return ops;
}

const QLinearOp* FindOp(const std::string& name) {
  for (const QLinearOp& op : Ops()) {
    if (name == op.name) return &op;
  }
  return nullptr;
}

ValueId Dequantized(ImportContext& ctx, int x) {
  return ctx.Emit(OpCode::DequantizeLinear, {ctx.Input(x), ctx.Input(x + 1), ctx.Input(x + 2)}, format::QuantizeT());
}

// The importer of the op on floats, and the operands that it gets.
Status ImportFloatOp(ImportContext& ctx, const QLinearOp& op, Values operands, ValueId* y) {
  int rank = 0;
  const bool last = ctx.Bool("channels_last", false);
  if (last) {
    LINNET_RETURN_IF_ERROR(ctx.GetRank(operands[0], &rank));
    operands[0] = ctx.ToChannelsFirst(operands[0], rank);
  }
  const int64_t opset = ctx.Int64("opset", kOpset);  // of Softmax
  const bool flat = op.op == OpCode::Softmax && opset < 13;
  ImportContext inner = ctx.Inner(op.op, opset, std::move(operands));
  LINNET_RETURN_IF_ERROR(flat ? ImportFlatSoftmax(inner) : op.import(inner));
  if (!inner.status().ok()) return std::move(inner.status());
  *y = last ? ctx.ToChannelsLast(inner.outputs()[0], rank) : inner.outputs()[0];
  return {};
}

}  // namespace

Status ImportQLinear(ImportContext& ctx) {
  const QLinearOp* op = FindOp(ctx.node().op_type);
  if (op == nullptr) return ctx.Unsupported("is not known");
  std::vector<int> positions = op->operands;
  if (op->op == OpCode::Concat) {
    for (int i = 2; i < ctx.input_count(); i += 3) positions.push_back(i);
    if (positions.empty() || ctx.input_count() % 3 != 2) return ctx.Invalid("has %d inputs", ctx.input_count());
  }
  Values operands;
  if (op->op == OpCode::Where) operands.push_back(ctx.Input(0));
  for (int position : positions) {
    if (!ctx.HasInput(position) || !ctx.HasInput(position + 1)) return ctx.Invalid("input %d is missing", position);
    operands.push_back(Dequantized(ctx, position));
  }
  if (operands[0] == kNoValue || !ctx.HasInput(op->result)) return ctx.Invalid("input %d is missing", op->result);
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(positions[0]), &type));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(ImportFloatOp(ctx, *op, std::move(operands), &y));
  format::QuantizeT quantize;
  quantize.type = static_cast<format::ElementType>(type);
  ctx.SetOutput(0, ctx.Emit(OpCode::QuantizeLinear, {y, ctx.Input(op->result), ctx.Input(op->result + 1)},
                            std::move(quantize)));
  return {};
}

// alpha * a' b' + c with integers: inputs a, a_scale, a_zero_point, b, b_scale, b_zero_point, c (int32, at the scale of the
// product), y_scale, y_zero_point; floats where there is no y_scale.
Status ImportQGemm(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(5, 9));
  ValueId a = ctx.Input(0), b = ctx.Input(3), sums;
  if (ctx.Bool("transA", false)) a = ctx.Transpose(a, {1, 0});
  if (ctx.Bool("transB", false)) b = ctx.Transpose(b, {1, 0});
  LINNET_RETURN_IF_ERROR(EmitIntegerMatMul(ctx, a, ctx.Input(2), b, ctx.Input(5), &sums));
  if (ctx.HasInput(6)) sums = ctx.Emit(OpCode::Add, {sums, ctx.Input(6)});
  ValueId scale = ctx.Emit(OpCode::Mul, {ctx.Input(1), ctx.Input(4)});
  const float alpha = ctx.Float("alpha", 1);
  if (alpha != 1) scale = ctx.Emit(OpCode::Mul, {scale, ctx.Scalar(alpha)});
  ValueId y = ctx.Emit(OpCode::Mul, {ctx.Cast(sums, ElementType::kFloat32), scale});
  if (ctx.HasInput(7)) {
    format::QuantizeT quantize;
    ElementType type = ElementType::kUndefined;
    LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
    quantize.type = static_cast<format::ElementType>(type);
    y = ctx.Emit(OpCode::QuantizeLinear, {y, ctx.Input(7), ctx.Input(8)}, std::move(quantize));
  }
  ctx.SetOutput(0, y);
  return {};
}

// (a - a_zero_point)(b - b_zero_point) * a_scale * b_scale + bias.
Status EmitScaledIntegerMatMul(ImportContext& ctx, const QuantizedOperand& a, const QuantizedOperand& b, ValueId bias,
                               ValueId* y) {
  ValueId sums = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitIntegerMatMul(ctx, a.value, a.zero_point, b.value, b.zero_point, &sums));
  const ValueId scale = ctx.Emit(OpCode::Mul, {a.scale, b.scale});
  *y = ctx.Emit(OpCode::Mul, {ctx.Cast(sums, ElementType::kFloat32), scale});
  if (bias != kNoValue) *y = ctx.Emit(OpCode::Add, {*y, bias});
  return {};
}

// Inputs a, b, a_scale, b_scale, a_zero_point?, b_zero_point?, bias?
Status ImportMatMulIntegerToFloat(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(4, 7));
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitScaledIntegerMatMul(ctx, {ctx.Input(0), ctx.Input(2), ctx.Input(4)},
                                                 {ctx.Input(1), ctx.Input(3), ctx.Input(5)}, ctx.Input(6), &y));
  ctx.SetOutput(0, y);
  return {};
}

// Inputs a (float, quantised here), b, b_scale, b_zero_point?, bias?
Status ImportDynamicQuantizeMatMul(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 5));
  ValueId y = kNoValue;
  const QuantizedOperand a = EmitDynamicQuantize(ctx, ctx.Input(0));
  LINNET_RETURN_IF_ERROR(
      EmitScaledIntegerMatMul(ctx, a, {ctx.Input(1), ctx.Input(2), ctx.Input(3)}, ctx.Input(4), &y));
  ctx.SetOutput(0, y);
  return {};
}

}  // namespace linnet::converter::onnx
