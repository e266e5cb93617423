// What DepthToSpace and SpaceToDepth share: they are the same permutation, in opposite directions.
#ifndef LINNET_ENGINE_DEPTH_SPACE_H_
#define LINNET_ENGINE_DEPTH_SPACE_H_

#include "engine/data_movement.h"

namespace linnet {

// Where batch, channel, height and width stand: [n, c, h, w] or [n, h, w, c].
struct ImageDims {
  explicit ImageDims(bool nhwc) : channel(nhwc ? 3 : 1), height(nhwc ? 1 : 2), width(nhwc ? 2 : 3) {}
  int channel, height, width;
};

// Copies between `depth`, with block * block times the channels, and `space`, with block times the height and width.
// Channel of depth: (by * block + bx) * C + c, or with crd (c * block + by) * block + bx.
void CopyDepthSpace(OpContext& ctx, const TensorSlot& depth, const TensorSlot& space, bool to_space);

}  // namespace linnet

#endif  // LINNET_ENGINE_DEPTH_SPACE_H_
