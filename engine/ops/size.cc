// Size: the input's number of elements, an int64 scalar.
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  return ctx.SetOutput(0, ElementType::kInt64, {});
}

Status Eval(OpContext& ctx) {
  *ctx.output(0).as<int64_t>() = ctx.input(0).elements();
  return {};
}

}  // namespace

const OpDef kSize = {format::OpCode::Size, "Size", format::OpAttrs::NONE, Prepare, Eval, kShapeOnly};

}  // namespace linnet::ops
