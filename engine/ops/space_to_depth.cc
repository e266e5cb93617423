// SpaceToDepth: [n, c, h * block, w * block] -> [n, block^2 * c, h, w], or [n, h, w, c] alike: pixels become channels.
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
  if (in.rank() != 4 || block < 1 || in.shape[dims.height] % block != 0 || in.shape[dims.width] % block != 0) {
    return ctx.Invalid("block %lld does not divide %s", static_cast<long long>(block), ctx.Describe(0));
  }
  Shape shape = in.shape;
  if (__builtin_mul_overflow(shape[dims.channel], block * block, &shape[dims.channel])) {
    return ctx.Invalid("block %lld is too large for %s", static_cast<long long>(block), ctx.Describe(0));
  }
  shape[dims.height] /= block;
  shape[dims.width] /= block;
  return ctx.SetOutput(0, in.type, shape);
}

Status Eval(OpContext& ctx) {
  CopyDepthSpace(ctx, ctx.output(0), ctx.input(0), /*to_space=*/false);
  return {};
}

}  // namespace

const OpDef kSpaceToDepth = {
    format::OpCode::SpaceToDepth,    "SpaceToDepth", format::OpAttrs::DepthToSpace, Prepare, Eval,
    kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
