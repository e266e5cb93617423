// Compress: the slices along `axis` (or, with `flatten`, the elements) whose condition is true. Inputs in, condition
// [n] (bool), n at most the axis' size. The size depends on the condition, so the op is prepared when that is there.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

// The input as [outer, size, run elements].
Status View(OpContext& ctx, int* axis, int64_t* outer, int64_t* size, int64_t* run) {
  const auto* attrs = ctx.attrs<format::Select>();
  const TensorSlot& in = ctx.input(0);
  *axis = 0;
  *outer = *run = 1;
  *size = in.elements();
  if (attrs->flatten()) return {};
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), in.rank(), axis));
  *outer = in.shape.Product(0, *axis);
  *size = in.shape[*axis];
  *run = in.shape.Product(*axis + 1, in.rank());
  return {};
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(1, ElementType::kBool));
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& condition = ctx.input(1);
  size_t element = 0;
  int axis = 0;
  int64_t outer = 0, size = 0, run = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(View(ctx, &axis, &outer, &size, &run));
  if (condition.rank() != 1) return ctx.Invalid("the condition is %s, not a list", ctx.Describe(1));
  if (!HasValue(condition)) return ctx.Unresolved(1);
  int64_t count = 0;
  for (int64_t k = 0; k < condition.elements(); ++k) {
    if (condition.as<uint8_t>()[k] == 0) continue;
    if (k >= size) {
      return ctx.Invalid("condition %lld is true, but there are %lld to choose from", static_cast<long long>(k),
                         static_cast<long long>(size));
    }
    ++count;
  }
  if (ctx.attrs<format::Select>()->flatten()) return ctx.SetOutput(0, in.type, {count});
  Shape shape = in.shape;
  shape[axis] = count;
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& condition = ctx.input(1);
  const TensorSlot& out = ctx.output(0);
  int axis = 0;
  int64_t outer = 0, size = 0, run = 0;
  LINNET_RETURN_IF_ERROR(View(ctx, &axis, &outer, &size, &run));
  if (out.elements() == 0) return {};
  const int64_t bytes = run * static_cast<int64_t>(BytesOf(in.type));
  char* to = out.as<char>();
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t k = 0; k < condition.elements(); ++k) {
      if (condition.as<uint8_t>()[k] == 0) continue;
      std::memcpy(to, in.as<char>() + (o * size + k) * bytes, bytes);
      to += bytes;
    }
  }
  return {};
}

}  // namespace

const OpDef kCompress = {format::OpCode::Compress, "Compress", format::OpAttrs::Select, Prepare, Eval};

}  // namespace linnet::ops
