// Ops that make tensors, and those that pick elements by index.
#include "converter/onnx/importers.h"
#include "engine/widen.h"

namespace linnet::converter::onnx {
namespace {

format::ElementType FormatType(ElementType type) { return static_cast<format::ElementType>(type); }

// An attribute that names an element type; undefined if there is none.
Status ReadType(ImportContext& ctx, const char* attribute, ElementType* type) {
  const int64_t number = ctx.Int64(attribute, 0);
  if (number < 0 || number > static_cast<int64_t>(ElementType::kInt2)) {
    return ctx.Invalid("attribute '%s' is %lld, no element type", attribute, static_cast<long long>(number));
  }
  *type = static_cast<ElementType>(number);
  return {};
}

ValueId Constant(ImportContext& ctx, ElementType type, const Shape& shape, const void* data, size_t bytes) {
  return ctx.graph().AddConstant(ctx.graph().UniqueName(ctx.name() + "/value"), type, shape, Bytes::Copy(data, bytes));
}

Status ReadReduction(ImportContext& ctx, int* reduction) {
  static const char* const kNames[] = {"none", "add", "mul", "max", "min"};
  const std::string text = ctx.String("reduction", "none");
  for (int i = 0; i < 5; ++i) {
    if (text != kNames[i]) continue;
    *reduction = i;
    return {};
  }
  return ctx.Invalid("reduction is '%s'", text.c_str());
}

}  // namespace

Status ImportConstant(ImportContext& ctx) {
  if (ctx.node().attributes.size() != 1)
    return ctx.Invalid("has %zu attributes, expected 1", ctx.node().attributes.size());
  const AttributeProto& value = ctx.node().attributes[0];
  switch (value.type) {
    case AttributeType::kTensor:
    case AttributeType::kSparseTensor:
      ctx.SetOutput(0, ctx.TensorAttribute(value.name.c_str()));
      return {};
    case AttributeType::kFloat:
      ctx.SetOutput(0, Constant(ctx, ElementType::kFloat32, {}, &value.f, sizeof value.f));
      return {};
    case AttributeType::kInt:
      ctx.SetOutput(0, Constant(ctx, ElementType::kInt64, {}, &value.i, sizeof value.i));
      return {};
    case AttributeType::kFloats:
      ctx.SetOutput(0, ctx.FloatsConstant(value.floats));
      return {};
    case AttributeType::kInts:
      ctx.SetOutput(0, ctx.IntsConstant(value.ints));
      return {};
    default:
      return ctx.Unsupported("attribute '%s' is a text", value.name.c_str());
  }
}

Status ImportConstantOfShape(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::ConstantOfShapeT attrs;
  const AttributeProto* value = ctx.Find("value");
  if (value != nullptr) {
    if (!value->t.data || value->t.shape.elements() != 1) return ctx.Unsupported("attribute 'value' is not one number");
    attrs.type = FormatType(value->t.type);
    Wide wide;
    Widen(value->t.type, value->t.data.data(), 0, 1, WideKind::kReal, &wide);
    attrs.value = wide.f;
    const WideKind kind = WideKindOf(value->t.type);
    if (kind != WideKind::kReal) {
      Widen(value->t.type, value->t.data.data(), 0, 1, kind, &wide);
      attrs.value_int = wide.i;
    }
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::ConstantOfShape, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportRange(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  ctx.SetOutput(0, ctx.Emit(OpCode::Range, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}));
  return {};
}

Status ImportEyeLike(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ReadType(ctx, "dtype", &type));
  if (type == ElementType::kUndefined) LINNET_RETURN_IF_ERROR(ctx.GetType(ctx.Input(0), &type));
  format::EyeLikeT attrs;
  attrs.type = FormatType(type);
  attrs.k = ctx.Int("k", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::EyeLike, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportOneHot(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  format::OneHotT attrs;
  attrs.axis = ctx.Int("axis", -1);
  ctx.SetOutput(0, ctx.Emit(OpCode::OneHot, {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, std::move(attrs)));
  return {};
}

Status ImportTrilu(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  format::TriluT attrs;
  attrs.upper = ctx.Bool("upper", true);
  ctx.SetOutput(0, ctx.Emit(OpCode::Trilu, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportGather(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::AxisT attrs;
  attrs.axis = ctx.Int("axis", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::Gather, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportGatherElements(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::GatherElementsT attrs;
  attrs.axis = ctx.Int("axis", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::GatherElements, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportGatherND(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::BatchDimsT attrs;
  attrs.batch_dims = ctx.Int("batch_dims", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::GatherND, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

// Scatter, ScatterElements and ScatterND.
Status ImportScatter(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(3, 3));
  format::ScatterT attrs;
  attrs.axis = ctx.Int("axis", 0);
  LINNET_RETURN_IF_ERROR(ReadReduction(ctx, &attrs.reduction));
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0), ctx.Input(1), ctx.Input(2)}, std::move(attrs)));
  return {};
}

// k is an input, and was an attribute before opset 10.
Status ImportTopK(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  if (!ctx.HasInput(1) && !ctx.Has("k")) return ctx.Invalid("has no k");
  format::TopKT attrs;
  attrs.axis = ctx.Int("axis", -1);
  attrs.largest = ctx.Bool("largest", true);
  attrs.sorted = ctx.Bool("sorted", true);
  const ValueId k = ctx.HasInput(1) ? ctx.Input(1) : ctx.IntsConstant({ctx.Int64("k", 0)});
  const Values outputs = ctx.EmitMany(OpCode::TopK, {ctx.Input(0), k}, {true, true}, std::move(attrs));
  ctx.SetOutput(0, outputs[0]);
  ctx.SetOutput(1, outputs[1]);
  return {};
}

Status ImportNonZero(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ctx.SetOutput(0, ctx.Emit(OpCode::NonZero, {ctx.Input(0)}));
  return {};
}

Status ImportCompress(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::SelectT attrs;
  attrs.flatten = !ctx.Has("axis");
  attrs.axis = ctx.Int("axis", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::Compress, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

Status ImportUnique(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::SelectT attrs;
  attrs.flatten = !ctx.Has("axis");
  attrs.axis = ctx.Int("axis", 0);
  attrs.sorted = ctx.Bool("sorted", true);
  std::vector<bool> present;
  for (int i = 0; i < ctx.output_count(); ++i) present.push_back(ctx.HasOutput(i));
  const Values outputs = ctx.EmitMany(OpCode::Unique, {ctx.Input(0)}, present, std::move(attrs));
  for (size_t i = 0; i < outputs.size(); ++i) ctx.SetOutput(static_cast<int>(i), outputs[i]);
  return {};
}

Status ImportReverseSequence(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::ReverseSequenceT attrs;
  attrs.batch_axis = ctx.Int("batch_axis", 1);
  attrs.time_axis = ctx.Int("time_axis", 0);
  ctx.SetOutput(0, ctx.Emit(OpCode::ReverseSequence, {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

// HannWindow, HammingWindow, BlackmanWindow: a0 - a1 cos(2 pi i / N) + a2 cos(4 pi i / N) for i in [0, size), where N
// is size, or size - 1 if the window is not periodic.
Status ImportWindow(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  constexpr double kPi = 3.14159265358979323846;
  double a0 = 0.5, a1 = 0.5, a2 = 0;
  if (ctx.node().op_type == "HammingWindow") {
    a0 = 25.0 / 46.0;
    a1 = 21.0 / 46.0;
  } else if (ctx.node().op_type == "BlackmanWindow") {
    a0 = 0.42;
    a1 = 0.5;
    a2 = 0.08;
  }
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(ReadType(ctx, "output_datatype", &type));
  if (type == ElementType::kUndefined) type = ElementType::kFloat32;
  const ValueId size = ctx.Cast(ctx.Input(0), ElementType::kFloat32);
  const ValueId steps = ctx.Bool("periodic", true) ? size : ctx.Emit(OpCode::Sub, {size, ctx.Scalar(1)});
  const ValueId positions = ctx.Emit(OpCode::Range, {ctx.Scalar(0), size, ctx.Scalar(1)});
  const ValueId angle = ctx.Emit(OpCode::Div, {ctx.Emit(OpCode::Mul, {positions, ctx.Scalar(2 * kPi)}), steps});
  const auto cosine = [&ctx](ValueId x, double factor) {
    return ctx.Emit(OpCode::Mul, {ctx.Emit(OpCode::Cos, {x}), ctx.Scalar(factor)});
  };
  ValueId window = ctx.Emit(OpCode::Sub, {ctx.Scalar(a0), cosine(angle, a1)});
  if (a2 != 0) window = ctx.Emit(OpCode::Add, {window, cosine(ctx.Emit(OpCode::Mul, {angle, ctx.Scalar(2)}), a2)});
  ctx.SetOutput(0, ctx.Cast(window, type));
  return {};
}

}  // namespace linnet::converter::onnx
