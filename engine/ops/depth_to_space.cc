// DepthToSpace: [n, block^2 * c, h, w] -> [n, c, h * block, w * block], or [n, h, w, c] alike: channels become pixels.
#include "engine/depth_space.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  const auto* attrs = ctx.attrs<format::DepthToSpace>();
  const ImageDims dims(attrs->nhwc());
  const int64_t block = attrs->block();
  if (in.rank() != 4 || block < 1 || in.shape[dims.channel] % (block * block) != 0) {
    return ctx.Invalid("block %lld does not divide %s", static_cast<long long>(block), ctx.Describe(0));
  }
  Shape shape = in.shape;
  shape[dims.channel] /= block * block;
  if (__builtin_mul_overflow(shape[dims.height], block, &shape[dims.height]) ||
      __builtin_mul_overflow(shape[dims.width], block, &shape[dims.width])) {
    return ctx.Invalid("block %lld is too large for %s", static_cast<long long>(block), ctx.Describe(0));
  }
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  CopyDepthSpace(ctx, ctx.input(0), ctx.output(0), /*to_space=*/true);
  return {};
}

}  // namespace

const OpDef kDepthToSpace = {
    format::OpCode::DepthToSpace,    "DepthToSpace", format::OpAttrs::DepthToSpace, Prepare, Eval,
    kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
