#include "engine/depth_space.h"

namespace linnet {

void CopyDepthSpace(OpContext& ctx, const TensorSlot& depth, const TensorSlot& space, bool to_space) {
  const auto* attrs = ctx.attrs<format::DepthToSpace>();
  const ImageDims dims(attrs->nhwc());
  const ByteStrides d(depth), s(space);
  const int64_t block = attrs->block();
  const int64_t channels = space.shape[dims.channel];
  const int64_t channel_step = attrs->crd() ? block * block : 1;
  const int64_t block_step = attrs->crd() ? 1 : channels;
  kernels::CopyPlan plan(BytesOf(depth.type));
  const auto append = [&](int64_t size, int64_t depth_stride, int64_t space_stride) {
    plan.Append(size, to_space ? depth_stride : space_stride, to_space ? space_stride : depth_stride);
  };
  append(depth.shape[0], d[0], s[0]);
  append(depth.shape[dims.height], d[dims.height], block * s[dims.height]);
  append(depth.shape[dims.width], d[dims.width], block * s[dims.width]);
  append(channels, channel_step * d[dims.channel], s[dims.channel]);
  append(block, block * block_step * d[dims.channel], s[dims.height]);
  append(block, block_step * d[dims.channel], s[dims.width]);
  RunCopy(ctx, plan, to_space ? depth.data : space.data, to_space ? space.data : depth.data);
}

}  // namespace linnet
