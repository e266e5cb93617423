// Pad.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {
namespace {

Status ReadMode(ImportContext& ctx, format::PadMode* mode) {
  const std::string text = ctx.String("mode", "constant");
  if (text == "constant") {
    *mode = format::PadMode::Constant;
  } else if (text == "reflect") {
    *mode = format::PadMode::Reflect;
  } else if (text == "edge") {
    *mode = format::PadMode::Edge;
  } else if (text == "wrap") {
    *mode = format::PadMode::Wrap;
  } else {
    return ctx.Invalid("mode is '%s'", text.c_str());
  }
  return {};
}

// Pads of some axes (begins, then ends) as pads of all of them.
Status SpreadPads(ImportContext& ctx, const std::vector<int64_t>& axes, std::vector<int64_t>* pads) {
  int rank = 0;
  LINNET_RETURN_IF_ERROR(ctx.GetRank(ctx.Input(0), &rank));
  if (pads->size() != 2 * axes.size()) return ctx.Invalid("%zu pads for %zu axes", pads->size(), axes.size());
  std::vector<int64_t> all(2 * rank, 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    int axis = 0;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axes[i], rank, &axis));
    all[axis] = (*pads)[i];
    all[rank + axis] = (*pads)[axes.size() + i];
  }
  *pads = all;
  return {};
}

}  // namespace

// Pads and value are inputs, and were attributes before opset 11 ("paddings" in opset 1).
Status ImportPad(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 4));
  format::PadT attrs;
  LINNET_RETURN_IF_ERROR(ReadMode(ctx, &attrs.mode));
  ValueId pads = ctx.Input(1), value = ctx.Input(2), which = ctx.Input(3);
  std::vector<int64_t> constant, axes;
  bool is_constant = ctx.ConstantInts(pads, &constant);
  if (!ctx.HasInput(1)) {
    if (ctx.opset() >= 11) return ctx.Invalid("has no pads");
    constant = ctx.Ints64(ctx.Has("pads") ? "pads" : "paddings");
    is_constant = true;
    if (ctx.Float("value", 0) != 0) {
      LINNET_RETURN_IF_ERROR(ctx.ScalarLike(ctx.Float("value", 0), ctx.Input(0), &value));
    }
  }
  if (is_constant && (which == kNoValue || ctx.ConstantInts(which, &axes))) {
    if (which != kNoValue) LINNET_RETURN_IF_ERROR(SpreadPads(ctx, axes, &constant));
    for (int64_t pad : constant) {
      if (pad < INT32_MIN || pad > INT32_MAX) return ctx.Invalid("a pad is %lld", static_cast<long long>(pad));
      attrs.pads.push_back(static_cast<int>(pad));
    }
    pads = which = kNoValue;
  }
  ctx.SetOutput(0, ctx.Emit(OpCode::Pad, {ctx.Input(0), pads, value, which}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
