// Resize: x at other sizes, with all modes of ONNX; inputs x, roi?, scales?, sizes?. Nearest moves elements of any
// type. Linear and cubic are separable sums: a row of the output (its last resized dimension, with the channels behind)
// is a sum of rows of the input, resampled along itself. fp32 takes kernels; other numbers are widened, and integers
// are cut off as ONNX does, without wrapping around.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/resize_rows.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

using format::AspectPolicy;
using format::CoordinateMode;

Status ReadRule(OpContext& ctx, ResizeRule* rule) {
  const auto& attrs = *ctx.attrs<format::Resize>();
  if (attrs.mode() > format::ResizeMode::MAX || attrs.coordinate() > CoordinateMode::MAX ||
      attrs.nearest() > format::NearestMode::MAX || attrs.aspect() > AspectPolicy::MAX) {
    return ctx.Unsupported("unknown mode");
  }
  *rule = {attrs.mode(),          attrs.coordinate(),      attrs.nearest(),
           attrs.cubic_coeff_a(), attrs.exclude_outside(), attrs.antialias()};
  return {};
}

// The numbers of floating-point input i, `count` of them.
Status ReadReals(OpContext& ctx, int i, int count, double* numbers) {
  const TensorSlot& slot = ctx.input(i);
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, i, kReals));
  if (slot.rank() != 1 || slot.elements() != count) {
    return ctx.Invalid("input %d is %s, expected %d numbers", i, ctx.Describe(i), count);
  }
  if (!HasValue(slot)) return ctx.Unresolved(i);
  Wide block[2 * Shape::kMaxRank];
  Widen(slot.type, slot.data, 0, static_cast<size_t>(count), WideKind::kReal, block);
  for (int k = 0; k < count; ++k) numbers[k] = block[k].f;
  return {};
}

Status ApplyScales(OpContext& ctx, const IntList& axes, ResizePlan* plan) {
  double scales[Shape::kMaxRank];
  LINNET_RETURN_IF_ERROR(ReadReals(ctx, 2, axes.count, scales));
  for (int k = 0; k < axes.count; ++k) {
    ResizeAxis& axis = plan->axes[axes[k]];
    axis.scale = scales[k];
    // In fp32: 3 * 1.6666666 is 5 there, as whoever computed the scale from 5 / 3 wants it.
    axis.length = static_cast<double>(static_cast<float>(scales[k]) * static_cast<float>(axis.in));
    if (!(scales[k] > 0) || !(axis.length <= INT32_MAX)) {
      return ctx.Invalid("scale %d is %g, dimension %lld", k, scales[k], static_cast<long long>(axis.in));
    }
    axis.out = static_cast<int64_t>(axis.length);
  }
  return {};
}

// sizes[k] becomes the size of axes[k], or the bound of a scale that all of them share.
Status ApplySizes(OpContext& ctx, const IntList& axes, ResizePlan* plan) {
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(3, &sizes));
  if (sizes.count != axes.count) return ctx.Invalid("%d sizes, expected %d", sizes.count, axes.count);
  const AspectPolicy aspect = ctx.attrs<format::Resize>()->aspect();
  double common = aspect == AspectPolicy::NotLarger ? HUGE_VAL : 0;
  for (int k = 0; k < axes.count; ++k) {
    ResizeAxis& axis = plan->axes[axes[k]];
    if (sizes[k] < 0 || sizes[k] > INT32_MAX) {
      return ctx.Invalid("size %d is %lld", k, static_cast<long long>(sizes[k]));
    }
    if (axis.in == 0 && sizes[k] > 0) return ctx.Invalid("dimension %d of x is empty", static_cast<int>(axes[k]));
    axis.out = sizes[k];
    axis.length = static_cast<double>(axis.out);
    axis.scale = axis.in == 0 ? 1 : axis.length / static_cast<double>(axis.in);
    common = aspect == AspectPolicy::NotLarger ? std::fmin(common, axis.scale) : std::fmax(common, axis.scale);
  }
  if (aspect == AspectPolicy::Stretch) return {};
  for (const int64_t k : axes) {
    ResizeAxis& axis = plan->axes[k];
    axis.scale = common;
    axis.length = common * static_cast<double>(axis.in);
    if (axis.length > INT32_MAX) return ctx.Invalid("dimension %d becomes too large", static_cast<int>(k));
    axis.out = static_cast<int64_t>(axis.length + 0.5);
  }
  return {};
}

Status ApplyRegion(OpContext& ctx, const IntList& axes, ResizePlan* plan) {
  if (!ctx.has_input(1)) return ctx.Invalid("tf_crop_and_resize without a region (input 1)");
  double region[2 * Shape::kMaxRank];
  LINNET_RETURN_IF_ERROR(ReadReals(ctx, 1, 2 * axes.count, region));
  for (int k = 0; k < 2 * axes.count; ++k) {
    if (!std::isfinite(region[k])) return ctx.Invalid("number %d of the region is not finite", k);
  }
  for (int k = 0; k < axes.count; ++k) {
    plan->axes[axes[k]].begin = region[k];
    plan->axes[axes[k]].end = region[axes.count + k];
  }
  return {};
}

Status ReadSizes(OpContext& ctx, ResizePlan* plan) {
  const auto* attribute = ctx.attrs<format::Resize>()->axes();
  const int rank = ctx.input(0).rank();
  IntList axes;
  LINNET_RETURN_IF_ERROR(ReadAxes(ctx, ctx.input_count(), attribute, rank, &axes));
  if (attribute == nullptr || attribute->size() == 0) {
    for (axes.count = 0; axes.count < rank; ++axes.count) axes.values[axes.count] = axes.count;
  }
  const bool scales = ctx.has_input(2) && (rank == 0 || ctx.input(2).elements() > 0);
  const bool sizes = ctx.has_input(3) && (rank == 0 || ctx.input(3).elements() > 0);
  if (scales == sizes)
    return ctx.Invalid("%s scales %s sizes are given", scales ? "both" : "neither", scales ? "and" : "nor");
  LINNET_RETURN_IF_ERROR(scales ? ApplyScales(ctx, axes, plan) : ApplySizes(ctx, axes, plan));
  return plan->rule.coordinate == CoordinateMode::TfCropAndResize ? ApplyRegion(ctx, axes, plan) : Status();
}

// Sets what follows from the axes.
void FinishResizePlan(int rank, ResizePlan* plan) {
  for (int d = 0; d < rank; ++d) {
    ResizeAxis& axis = plan->axes[d];
    axis.resized = axis.out != axis.in || axis.scale != 1 || axis.begin != 0 || axis.end != 1;
    SetTaps(plan->rule, &axis);
  }
  plan->channel_rows = rank > 1 && !plan->axes[rank - 1].resized;
  plan->outer = plan->channel_rows ? rank - 2 : rank > 0 ? rank - 1 : 0;
  plan->channels = plan->channel_rows ? plan->axes[rank - 1].in : 1;
  plan->rows = plan->row_taps = 1;
  plan->outer_taps = 0;
  for (int d = 0; d < plan->outer; ++d) {
    plan->rows *= plan->axes[d].out;
    plan->row_taps *= plan->axes[d].taps;
    plan->outer_taps += plan->axes[d].taps;
  }
}

Status Prepare(OpContext& ctx) { return PrepareResize(ctx, /*quantized=*/false); }

Status Eval(OpContext& ctx) {
  if (ctx.output(0).elements() > 0) ResizeRows(ctx, *ctx.state<ResizePlan>());
  return {};
}

}  // namespace

Status PrepareResize(OpContext& ctx, bool quantized) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 4, 1, 1));
  const TensorSlot& x = ctx.input(0);
  ResizePlan* plan = ctx.NewState<ResizePlan>();
  if (plan == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadRule(ctx, &plan->rule));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, MovesElements(*plan, x.type) ? kAllTypes : kNumbers));
  if (quantized && (plan->rule.mode == format::ResizeMode::Nearest ||
                    plan->rule.coordinate == CoordinateMode::TfCropAndResize)) {
    return ctx.Unsupported("only linear and cubic modes without a region are computed on quantised values");
  }
  for (int d = 0; d < Shape::kMaxRank; ++d) plan->axes[d] = ResizeAxis();
  for (int d = 0; d < x.rank(); ++d) {
    if (x.shape[d] > INT32_MAX) return ctx.Unsupported("x is %s: dimension %d is too large", ctx.Describe(0), d);
    plan->axes[d].in = plan->axes[d].out = x.shape[d];
  }
  LINNET_RETURN_IF_ERROR(ReadSizes(ctx, plan));
  Shape shape = x.shape;
  for (int d = 0; d < x.rank(); ++d) shape[d] = plan->axes[d].out;
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, x.type, shape));
  if (shape.elements() == 0) return {};
  FinishResizePlan(x.rank(), plan);
  RequestRowScratch(ctx, *plan, quantized);
  return {};
}

const OpDef kResize = {format::OpCode::Resize,          "Resize", format::OpAttrs::Resize, Prepare, Eval,
                       kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
