// Reductions along axes.
#include "converter/onnx/importers.h"

namespace linnet::converter::onnx {

// The axes are an attribute, and an input from opset 13 (ReduceSum) or 18 (the others) on.
Status ImportReduce(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 2));
  format::ReduceT attrs;
  attrs.keepdims = ctx.Bool("keepdims", true);
  attrs.noop_with_empty_axes = ctx.Bool("noop_with_empty_axes", false);
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

Status ImportArgReduce(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(1, 1));
  format::ArgReduceT attrs;
  attrs.axis = ctx.Int("axis", 0);
  attrs.keepdims = ctx.Bool("keepdims", true);
  attrs.select_last_index = ctx.Bool("select_last_index", false);
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0)}, std::move(attrs)));
  return {};
}

// CumSum, CumProd
Status ImportCumSum(ImportContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectInputs(2, 2));
  format::CumSumT attrs;
  attrs.exclusive = ctx.Bool("exclusive", false);
  attrs.reverse = ctx.Bool("reverse", false);
  ctx.SetOutput(0, ctx.Emit(ctx.op(), {ctx.Input(0), ctx.Input(1)}, std::move(attrs)));
  return {};
}

}  // namespace linnet::converter::onnx
