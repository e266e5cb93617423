// EyeLike: ones on the k-th diagonal (above the main one if positive) of a matrix of zeros with the input's shape; of
// the input's element type unless the attribute names another.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/widen.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const TensorSlot& in = ctx.input(0);
  ElementType type = static_cast<ElementType>(ctx.attrs<format::EyeLike>()->type());
  if (type == ElementType::kUndefined) type = in.type;
  if (WideKindOf(type) == WideKind::kNone || ElementBits(type) % 8 != 0) {
    return ctx.Unsupported("element type %s", ElementTypeName(type));
  }
  if (in.rank() != 2) return ctx.Invalid("the input is %s, not a matrix", ctx.Describe(0));
  return ctx.SetOutput(0, type, in.shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  const size_t bytes = BytesOf(out.type);
  if (out.elements() == 0) return {};
  std::memset(out.data, 0, TensorBytes(out.type, out.shape));
  const int64_t k = ctx.attrs<format::EyeLike>()->k();
  Wide one;
  one.f = 1;
  char element[8];
  Narrow(out.type, &one, WideKind::kReal, 0, 1, element);
  for (int64_t row = k < 0 ? -k : 0; row < out.shape[0] && row + k < out.shape[1]; ++row) {
    std::memcpy(out.as<char>() + (row * out.shape[1] + row + k) * bytes, element, bytes);
  }
  return {};
}

}  // namespace

const OpDef kEyeLike = {format::OpCode::EyeLike, "EyeLike", format::OpAttrs::EyeLike, Prepare, Eval, kShapeOnly};

}  // namespace linnet::ops
