// Pad: adds pads[d] before and pads[axes + d] after every dimension d (of `axes`); negative pads cut off. What is added
// is a constant (input 2, else 0), the edge, a reflection without the edge, or the tensor wrapped around. Inputs in,
// pads? (else the attribute), constant?, axes?.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

using format::PadMode;
using kernels::CopyPlan;

// One dimension of the output: [0, start) and [start + kept, size) are added; input elements from `first` are kept.
struct Side {
  int64_t first, start, kept, size;
};

Status ReadPads(OpContext& ctx, IntList* pads) {
  if (ctx.has_input(1)) return ctx.ReadInts(1, pads);
  const auto* attribute = ctx.attrs<format::Pad>()->pads();
  const unsigned count = attribute != nullptr ? attribute->size() : 0;
  if (count > static_cast<unsigned>(IntList::kMax)) return ctx.Invalid("%u pads; at most %d", count, IntList::kMax);
  pads->count = static_cast<int>(count);
  for (unsigned i = 0; i < count; ++i) pads->values[i] = attribute->Get(i);
  return {};
}

Status SetSide(OpContext& ctx, int dim, int64_t begin, int64_t end, Side* side) {
  const int64_t size = ctx.input(0).shape[dim];
  int64_t kept = size, padded = size;
  if ((begin < 0 && __builtin_add_overflow(kept, begin, &kept)) ||
      (end < 0 && __builtin_add_overflow(kept, end, &kept)) || kept < 0 ||
      __builtin_add_overflow(kept, begin > 0 ? begin : 0, &padded) ||
      __builtin_add_overflow(padded, end > 0 ? end : 0, &padded)) {
    return ctx.Invalid("pads %lld and %lld do not fit dimension %d of %s", static_cast<long long>(begin),
                       static_cast<long long>(end), dim, ctx.Describe(0));
  }
  if (kept == 0 && padded > 0 && ctx.attrs<format::Pad>()->mode() != PadMode::Constant) {
    return ctx.Invalid("dimension %d has no elements to pad with", dim);
  }
  *side = {begin < 0 ? -begin : 0, begin > 0 ? begin : 0, kept, padded};
  return {};
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 4, 1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  IntList pads, axes;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  if (ctx.attrs<format::Pad>()->mode() > PadMode::MAX) return ctx.Unsupported("unknown mode");
  LINNET_RETURN_IF_ERROR(ReadPads(ctx, &pads));
  if (ctx.has_input(3)) {
    LINNET_RETURN_IF_ERROR(ReadAxes(ctx, 3, nullptr, in.rank(), &axes));
  } else {
    for (; axes.count < in.rank(); ++axes.count) axes.values[axes.count] = axes.count;
  }
  if (pads.count != 2 * axes.count) return ctx.Invalid("%d pads for %d axes", pads.count, axes.count);
  if (ctx.has_input(2)) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(2));
    if (ctx.input(2).elements() != 1) return ctx.Invalid("the constant is %s, not one value", ctx.Describe(2));
  }
  Side* sides = ctx.NewState<Side>(Shape::kMaxRank);
  if (sides == nullptr) return ctx.OutOfMemory();
  for (int d = 0; d < in.rank(); ++d) sides[d] = {0, 0, in.shape[d], in.shape[d]};
  Shape shape = in.shape;
  for (int k = 0; k < axes.count; ++k) {
    const int axis = static_cast<int>(axes[k]);
    LINNET_RETURN_IF_ERROR(SetSide(ctx, axis, pads[k], pads[axes.count + k], &sides[axis]));
    shape[axis] = sides[axis].size;
  }
  return ctx.SetOutput(0, in.type, shape);
}

// Output index i of a dimension, which is not a kept one, to the index of the kept element that it repeats.
int64_t Source(PadMode mode, const Side& side, int64_t i) {
  const int64_t offset = i - side.start;
  if (mode == PadMode::Edge) return side.start + (offset < 0 ? 0 : side.kept - 1);
  const int64_t period = mode == PadMode::Wrap ? side.kept : side.kept > 1 ? 2 * (side.kept - 1) : 1;
  int64_t phase = offset % period;
  if (phase < 0) phase += period;
  return side.start + (phase < side.kept ? phase : period - phase);
}

// Writes output indices [begin, begin + count) of dimension `dim`, for the kept indices of the dimensions before it and
// all of those behind it: from `value`, or if that is null from output index `source` on (one index repeated).
void FillBand(OpContext& ctx, const Side* sides, int dim, int64_t begin, int64_t count, const void* value,
              int64_t source) {
  const TensorSlot& out = ctx.output(0);
  const ByteStrides to(out);
  CopyPlan plan(BytesOf(out.type));
  char* start = out.as<char>();
  for (int d = 0; d < out.rank(); ++d) {
    const int64_t stride = value != nullptr ? 0 : to[d];
    if (d < dim) {
      start += sides[d].start * to[d];
      plan.Append(sides[d].kept, stride, to[d]);
    } else if (d == dim) {
      plan.Append(count, 0, to[d]);
    } else {
      plan.Append(out.shape[d], stride, to[d]);
    }
  }
  RunCopy(ctx, plan, value != nullptr ? value : start + source * to[dim], start + begin * to[dim]);
}

void CopyKept(OpContext& ctx, const Side* sides) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  const ByteStrides from(in), to(out);
  CopyPlan plan(BytesOf(in.type));
  const char* source = in.as<char>();
  char* target = out.as<char>();
  for (int d = 0; d < in.rank(); ++d) {
    source += sides[d].first * from[d];
    target += sides[d].start * to[d];
    plan.Append(sides[d].kept, from[d], to[d]);
  }
  RunCopy(ctx, plan, source, target);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const Side* sides = ctx.state<Side>();
  const PadMode mode = ctx.attrs<format::Pad>()->mode();
  static constexpr char kZeros[8] = {};
  const void* value = ctx.has_input(2) ? ctx.input(2).data : kZeros;
  CopyKept(ctx, sides);
  // From the innermost dimension outwards: what a band repeats is complete by then.
  for (int d = out.rank() - 1; d >= 0; --d) {
    const Side& side = sides[d];
    const int64_t behind = side.start + side.kept;
    if (mode == PadMode::Constant || mode == PadMode::Edge) {
      const void* constant = mode == PadMode::Constant ? value : nullptr;
      FillBand(ctx, sides, d, 0, side.start, constant, side.start);
      FillBand(ctx, sides, d, behind, side.size - behind, constant, behind - 1);
      continue;
    }
    for (int64_t i = 0; i < side.start; ++i) FillBand(ctx, sides, d, i, 1, nullptr, Source(mode, side, i));
    for (int64_t i = behind; i < side.size; ++i) FillBand(ctx, sides, d, i, 1, nullptr, Source(mode, side, i));
  }
  return {};
}

}  // namespace

const OpDef kPad = {format::OpCode::Pad, "Pad", format::OpAttrs::Pad, Prepare, Eval, kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
