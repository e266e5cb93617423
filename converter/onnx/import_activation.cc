// Activations that are more than one ONNX op, and softmax.
#include <algorithm>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

ValueId EmitGelu(ImportContext& ctx, ValueId x, bool tanh) {
  return ctx.Emit(tanh ? OpCode::GeluTanh : OpCode::Gelu, {x});
}

// x * sigmoid(alpha * x)
Status EmitSwish(ImportContext& ctx, ValueId x, float alpha, ValueId* y) {
  if (alpha == 1) {
    *y = ctx.Emit(OpCode::Silu, {x});
    return {};
  }
  ValueId factor = kNoValue;
  LINNET_RETURN_IF_ERROR(ctx.ScalarLike(alpha, x, &factor));
  *y = ctx.Emit(OpCode::Mul, {x, ctx.Emit(OpCode::Sigmoid, {ctx.Emit(OpCode::Mul, {x, factor})})});
  return {};
}

}  // namespace

Status ImportGelu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const std::string approximate = ctx.String("approximate", "none");
  if (approximate != "none" && approximate != "tanh") return ctx.Invalid("approximate is '%s'", approximate.c_str());
  ctx.SetOutput(0, EmitGelu(ctx, ctx.Input(0), approximate == "tanh"));
  return {};
}

// com.microsoft: the tanh form, of x + bias.
Status ImportFastGelu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  ValueId x = ctx.Input(0);
  if (ctx.HasInput(1)) x = ctx.Emit(OpCode::Add, {x, ctx.Input(1)});
  ctx.SetOutput(0, EmitGelu(ctx, x, /*tanh=*/true));
  return {};
}

// com.microsoft: Gelu of x + bias.
Status ImportBiasGelu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ctx.SetOutput(0, EmitGelu(ctx, ctx.Emit(OpCode::Add, {ctx.Input(0), ctx.Input(1)}), /*tanh=*/false));
  return {};
}

// ONNX's Swish, and com.microsoft's QuickGelu, whose alpha is another.
Status ImportSwish(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const float otherwise = ctx.node().op_type == "QuickGelu" ? 1.702f : 1;
  ValueId y = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitSwish(ctx, ctx.Input(0), ctx.Float("alpha", otherwise), &y));
  ctx.SetOutput(0, y);
  return {};
}

// Swish of the first input, times the second.
Status ImportSwiGlu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ValueId gate = kNoValue;
  LINNET_RETURN_IF_ERROR(EmitSwish(ctx, ctx.Input(0), ctx.Float("alpha", 1), &gate));
  ctx.SetOutput(0, ctx.Emit(OpCode::Mul, {gate, ctx.Input(1)}));
  return {};
}

Status ImportSoftmax(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::AxisT attrs;
  attrs.axis = ctx.Int("axis", -1);
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0)}, std::move(attrs)));
  return {};
}

// Before opset 13: over all axes from `axis` on, as if they were one.
Status ImportFlatSoftmax(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  int rank = 0, axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.Int("axis", 1), rank, &axis));
  format::AxisT attrs;
  if (axis == rank - 1) {
    attrs.axis = axis;
    ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0)}, std::move(attrs)));
    return {};
  }
  format::AxisT flatten;
  flatten.axis = axis;
  attrs.axis = 1;
  const ValueId flat = ctx.Emit(OpCode::Flatten, {ctx.Input(0)}, std::move(flatten));
  ctx.SetOutput(0, ctx.ReshapeLike(ctx.Emit(ctx.op(), {flat}, std::move(attrs)), ctx.Input(0)));
  return {};
}

Status EmitActivation(ImportContext& ctx, const std::string& activation, const std::vector<float>& parameters,
                      ValueId x, ValueId* y) {
  struct Known {
    const char* name;
    OpCode op;
    int parameters = 0;
    float alpha, beta;  // defaults
  };
  static constexpr Known kKnown[] = {
      {"relu", OpCode::Relu, 0, 0, 0},
      {"tanh", OpCode::Tanh, 0, 0, 0},
      {"sigmoid", OpCode::Sigmoid, 0, 0, 0},
      {"softsign", OpCode::Softsign, 0, 0, 0},
      {"softplus", OpCode::Softplus, 0, 0, 0},
      {"hardswish", OpCode::HardSwish, 0, 0, 0},
      {"leakyrelu", OpCode::LeakyRelu, 1, 0.01f, 0},
      {"thresholdedrelu", OpCode::ThresholdedRelu, 1, 1, 0},
      {"elu", OpCode::Elu, 1, 1, 0},
      {"hardsigmoid", OpCode::HardSigmoid, 2, 0.2f, 0.5f},
  };
  std::string name = activation;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  *y = x;
  if (name.empty()) return {};
  if (name == "clip" && parameters.size() >= 2) {
    *y = ctx.Emit(OpCode::Clip, {x, ctx.Scalar(parameters[0]), ctx.Scalar(parameters[1])});
    return {};
  }
  for (const Known& known : kKnown) {
    if (name != known.name) continue;
    if (known.parameters == 0) {
      *y = ctx.Emit(known.op, {x});
      return {};
    }
    format::UnaryT attrs;
    attrs.alpha = parameters.size() > 0 ? parameters[0] : known.alpha;
    attrs.beta = parameters.size() > 1 ? parameters[1] : known.beta;
    *y = ctx.Emit(known.op, {x}, std::move(attrs));
    return {};
  }
  return ctx.Unsupported("has the activation '%s'", activation.c_str());
}

}  // namespace linnet::converter::onnx
