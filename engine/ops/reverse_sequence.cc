// ReverseSequence: for every index b of batch_axis, the first sequence_lens[b] elements along time_axis in reverse
// order, the others as they are. sequence_lens [batch] is input 1.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status ResolveAxes(OpContext& ctx, int* batch, int* time) {
  const auto* attrs = ctx.attrs<format::ReverseSequence>();
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->batch_axis(), ctx.input(0).rank(), batch));
  return ctx.ResolveAxis(attrs->time_axis(), ctx.input(0).rank(), time);
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  int batch = 0, time = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
  LINNET_RETURN_IF_ERROR(ResolveAxes(ctx, &batch, &time));
  if (batch == time) return ctx.Invalid("batch and time axis are both %d", batch);
  if (ctx.input(1).rank() != 1 || ctx.input(1).elements() != in.shape[batch]) {
    return ctx.Invalid("lengths %s for axis %d of %s", ctx.Describe(1), batch, ctx.Describe(0, 1));
  }
  return ctx.SetOutput(0, in.type, in.shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  int batch = 0, time = 0;
  LINNET_RETURN_IF_ERROR(ResolveAxes(ctx, &batch, &time));
  const ByteStrides from(in), to(out);
  for (int64_t b = 0; b < in.shape[batch]; ++b) {
    const int64_t length = IndexAt(ctx.input(1), b);
    if (length < 0 || length > in.shape[time]) {
      return ctx.OutOfRange("length %lld of sequence %lld of %s", static_cast<long long>(length),
                            static_cast<long long>(b), ctx.Describe(0));
    }
    if (out.elements() == 0) continue;
    kernels::CopyPlan reversed(BytesOf(in.type));
    for (int d = 0; d < in.rank(); ++d) {
      if (d != batch) reversed.Append(d == time ? length : in.shape[d], d == time ? -from[d] : from[d], to[d]);
    }
    kernels::CopyPlan rest = reversed;
    for (int d = 0, k = 0; d < in.rank(); ++d) {
      if (d == batch) continue;
      if (d == time) rest.dims[k] = {in.shape[d] - length, from[d], to[d]};
      ++k;
    }
    const char* source = in.as<char>() + b * from[batch];
    char* target = out.as<char>() + b * to[batch];
    if (length > 0) RunCopy(ctx, reversed, source + (length - 1) * from[time], target);
    RunCopy(ctx, rest, source + length * from[time], target + length * to[time]);
  }
  return {};
}

}  // namespace

const OpDef kReverseSequence = {
    format::OpCode::ReverseSequence, "ReverseSequence", format::OpAttrs::ReverseSequence, Prepare, Eval,
    kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
