// Ops that move or rename elements without computing.
#include <numeric>

#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {

Status ImportIdentity(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ctx.SetOutput(0, ctx.Input(0));
  return {};
}

// While nothing is trained, the input itself, and a mask of true.
Status ImportDropout(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 3));
  double training = 0, ratio = 1;
  const bool known = !ctx.HasInput(2) || ctx.ConstantNumber(ctx.Input(2), &training);
  const bool drops_nothing = ctx.ConstantNumber(ctx.Input(1), &ratio) && ratio == 0;
  if ((!known || training != 0) && !drops_nothing) return ctx.Unsupported("training_mode is not constantly false");
  ctx.SetOutput(0, ctx.Input(0));
  if (!ctx.HasOutput(1)) return {};
  if (ctx.opset() < 10) {  // the mask had the type of the data
    ValueId one = kNoValue;
    LINNET_RETURN_IF_ERROR(ctx.ScalarLike(1, ctx.Input(0), &one));
    ctx.SetOutput(1, ctx.Emit(OpCode::Expand, {one, ctx.ShapeOf(ctx.Input(0))}));
    return {};
  }
  ctx.SetOutput(1, ctx.Emit(OpCode::Expand, {ctx.Scalar(1, ElementType::kBool), ctx.ShapeOf(ctx.Input(0))}));
  return {};
}

// The shape is an input, and was an attribute before opset 5.
Status ImportReshape(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  if (!ctx.HasInput(1) && !ctx.Has("shape")) return ctx.Invalid("has no shape");
  format::ReshapeT attrs;
  attrs.allow_zero = ctx.Bool("allowzero", false);
  const ValueId shape = ctx.HasInput(1) ? ctx.Input(1) : ctx.IntsConstant(ctx.Ints64("shape"));
  ctx.SetOutput(0, ctx.Emit(OpCode::Reshape, {ctx.Input(0), shape}, std::move(attrs)));
  return {};
}

Status ImportFlatten(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::AxisT attrs;
  attrs.axis = ctx.Int("axis", 1);
  ctx.SetOutput(0, ctx.Emit(OpCode::Flatten, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

// Squeeze and Unsqueeze: the axes are an input, and were an attribute before opset 13.
Status ImportAxes(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  format::AxesT attrs;
  attrs.axes = ctx.Ints("axes");
  ValueId axes = ctx.Input(1);
  std::vector<int64_t> constant;
  if (ctx.ConstantInts(axes, &constant)) {
    attrs.axes.assign(constant.begin(), constant.end());
    axes = kNoValue;
  }
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0), axes}, std::move(attrs)));
  return {};
}

Status ImportTranspose(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  std::vector<int> perm = ctx.Ints("perm");
  if (perm.empty()) {  // reversed; written out where the rank is known, so that passes need not ask
    int rank = 0;
    if (ctx.GetRank(ctx.Input(0), &rank).ok()) {
      perm.resize(rank);
      std::iota(perm.rbegin(), perm.rend(), 0);
    }
  }
  ctx.SetOutput(0, ctx.Transpose(ctx.Input(0), perm));
  return {};
}

Status ImportConcat(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, INT32_MAX));
  Values parts;
  for (int i = 0; i < ctx.input_count(); ++i) parts.push_back(ctx.Input(i));
  ctx.SetOutput(0, ctx.Concat(parts, ctx.Int("axis", 1)));
  return {};
}

// The sizes are an input, and were an attribute before opset 13.
Status ImportSplit(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  format::SplitT attrs;
  attrs.axis = ctx.Int("axis", 0);
  attrs.sizes = ctx.Ints64("split");
  attrs.num_outputs = ctx.Int("num_outputs", 0);
  ValueId sizes = ctx.Input(1);
  if (ctx.ConstantInts(sizes, &attrs.sizes)) sizes = kNoValue;
  // Parts that nobody uses have to be there all the same.
  const std::vector<bool> present(ctx.output_count(), true);
  const Values outputs = ctx.EmitMany(OpCode::Split, {ctx.Input(0), sizes}, present, std::move(attrs));
  for (size_t i = 0; i < outputs.size(); ++i) ctx.SetOutput(static_cast<int>(i), outputs[i]);
  return {};
}

// Everything but the data is an input, and was an attribute before opset 10.
Status ImportSlice(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 5));
  Values inputs;
  if (ctx.HasInput(1)) {
    for (int i = 0; i < 5; ++i) inputs.push_back(ctx.Input(i));
  } else {
    if (!ctx.Has("starts") || !ctx.Has("ends")) return ctx.Invalid("has no starts or no ends");
    inputs = {ctx.Input(0), ctx.IntsConstant(ctx.Ints64("starts")), ctx.IntsConstant(ctx.Ints64("ends"))};
    if (ctx.Has("axes")) inputs.push_back(ctx.IntsConstant(ctx.Ints64("axes")));
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::Slice, inputs));
  return {};
}

// In opset 1 an Expand-like broadcast did not exist; in all others the shape is an input.
Status ImportExpand(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  ctx.SetOutput(0, ctx.Emit(OpCode::Expand, {ctx.Input(0), ctx.Input(1)}));
  return {};
}

// Inputs x and repeats; before opset 6 x, the number of tiles and the one axis.
Status ImportTile(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 3));
  ValueId repeats = ctx.Input(1);
  if (ctx.HasInput(2)) {
    double tiles = 0, axis = 0;
    int rank = 0, resolved = 0;
    if (!ctx.ConstantNumber(ctx.Input(1), &tiles) || !ctx.ConstantNumber(ctx.Input(2), &axis)) {
      return ctx.Unsupported("tiles and axis are no constants");
    }
    LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(static_cast<int64_t>(axis), rank, &resolved));
    std::vector<int64_t> all(rank, 1);
    all[resolved] = static_cast<int64_t>(tiles);
    repeats = ctx.IntsConstant(all);
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::Tile, {ctx.Input(0), repeats}));
  return {};
}

Status ImportShape(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::ShapeOfT attrs;
  attrs.start = ctx.Int("start", attrs.start);
  attrs.end = ctx.Int("end", attrs.end);
  ctx.SetOutput(0, ctx.Emit(OpCode::Shape, {ctx.Input(0)}, std::move(attrs)));
  return {};
}

Status ImportSize(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  ctx.SetOutput(0, ctx.Emit(OpCode::Size, {ctx.Input(0)}));
  return {};
}

// DepthToSpace and SpaceToDepth, over [n, h, w, c].
Status ImportDepthToSpace(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  const std::string mode = ctx.String("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") return ctx.Invalid("mode is '%s'", mode.c_str());
  format::DepthToSpaceT attrs;
  attrs.block = ctx.Int("blocksize", 0);
  attrs.crd = mode == "CRD";
  attrs.nhwc = true;
  constexpr int kRank = 4;
  const ValueId x = ctx.ToChannelsLast(ctx.Input(0), kRank);
  ctx.SetOutput(0, ctx.ToChannelsFirst(ctx.Emit(ctx.op(), {x}, std::move(attrs)), kRank));
  return {};
}

}  // namespace linnet::converter::onnx
