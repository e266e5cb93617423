// y = min(max(x, lo), hi): inputs x, lo?, hi?, the limits of one element each and of the type of x. hi wins where
// lo > hi. NaN -> NaN; a limit that is NaN is none. Any number type.
#include <cmath>

#include "engine/ops/clamp_bytes.h"
#include "engine/ops/elementwise_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/elementwise.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  for (int i = 1; i < 3; ++i) {
    if (!ctx.has_input(i)) continue;
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    if (ctx.input(i).elements() != 1) return ctx.Invalid("input %d is %s, expected one value", i, ctx.Describe(i));
  }
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

struct Limits {
  Wide lo, hi;
};

Limits ReadLimits(const OpContext& ctx, WideKind kind) {
  const ElementType type = ctx.input(0).type;
  Limits limits;
  if (kind == WideKind::kReal) {
    limits.lo.f = -HUGE_VAL;
    limits.hi.f = HUGE_VAL;
  } else {
    limits.lo = LowestInteger(type);
    limits.hi = HighestInteger(type);
  }
  for (int i = 1; i < 3; ++i) {
    if (!ctx.has_input(i)) continue;
    Wide limit;
    Widen(type, ctx.input(i).data, 0, 1, kind, &limit);
    if (kind != WideKind::kReal || limit.f == limit.f) (i == 1 ? limits.lo : limits.hi) = limit;
  }
  return limits;
}

void ClampReals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Limits& limits = *static_cast<const Limits*>(params);
  for (size_t i = 0; i < n; ++i) {
    const double x = in[0][i].f < limits.lo.f ? limits.lo.f : in[0][i].f;
    out[i].f = x > limits.hi.f ? limits.hi.f : x;
  }
}

void ClampIntegers(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Limits& limits = *static_cast<const Limits*>(params);
  for (size_t i = 0; i < n; ++i) {
    const int64_t x = in[0][i].i < limits.lo.i ? limits.lo.i : in[0][i].i;
    out[i].i = x > limits.hi.i ? limits.hi.i : x;
  }
}

void ClampNaturals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Limits& limits = *static_cast<const Limits*>(params);
  for (size_t i = 0; i < n; ++i) {
    const uint64_t x = in[0][i].u < limits.lo.u ? limits.lo.u : in[0][i].u;
    out[i].u = x > limits.hi.u ? limits.hi.u : x;
  }
}

void RunKernel(OpContext& ctx, const TensorSlot& x, const TensorSlot& y, float lo, float hi) {
  const TensorSlot* operands[] = {&y, &x};
  const BroadcastLoop loop(operands, 2, kKernelBlock);
  loop.Run(ctx, [&](const BroadcastLoop::Block& block, int) {
    for (int64_t r = 0; r < block.rows; ++r) {
      kernels::ClampF32(static_cast<size_t>(block.n), x.as<float>() + block.offset[1] + r * block.row_stride[1],
                        lo < hi ? lo : hi, hi, y.as<float>() + block.offset[0] + r * block.row_stride[0]);
    }
  });
}

Status Eval(OpContext& ctx) {
  const TensorSlot *x = &ctx.input(0), *y = &ctx.output(0);
  const WideKind kind = WideKindOf(x->type);
  const Limits limits = ReadLimits(ctx, kind);
  if (x->type == ElementType::kFloat32) {
    RunKernel(ctx, *x, *y, static_cast<float>(limits.lo.f), static_cast<float>(limits.hi.f));
    return Status();
  }
  if (x->type == ElementType::kInt8 || x->type == ElementType::kUint8) {
    // Numbers of either type, widened, are the same as signed and unsigned.
    ClampBytes(ctx, *x, *y, limits.lo.i, limits.hi.i);
    return Status();
  }
  const auto compute = kind == WideKind::kReal ? ClampReals : kind == WideKind::kSigned ? ClampIntegers : ClampNaturals;
  RunWide(ctx, {compute, &limits, 1, {kind}, kind}, &x, *y);
  return Status();
}

}  // namespace

const OpDef kClip = {
    format::OpCode::Clip, "Clip", format::OpAttrs::NONE, Prepare, Eval, kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
