// InstanceNorm and GroupNorm: x [n, spatial..., c], normalised per image over space and a group of channels.
#ifndef LINNET_ENGINE_OPS_GROUP_NORM_COMMON_H_
#define LINNET_ENGINE_OPS_GROUP_NORM_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"

namespace linnet::ops {

// Inputs x, scale [c], bias [c] (with `per_group` either may be [groups]); attributes format::Norm. Floating-point
// types.
Status PrepareGroupNorm(OpContext& ctx, int64_t groups, bool per_group);
Status EvalGroupNorm(OpContext& ctx, int64_t groups);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_GROUP_NORM_COMMON_H_
