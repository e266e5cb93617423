// ArgMax and ArgMin: [outer, n, inner] to int64 [outer, inner].
#ifndef LINNET_ENGINE_OPS_ARG_COMMON_H_
#define LINNET_ENGINE_OPS_ARG_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"

namespace linnet::ops {

// Ops with format::ArgReduce. x is of any number type; the axis must not be empty.
Status PrepareArg(OpContext& ctx);
// y = index of the first (with select_last_index the last) largest, or smallest, element along the axis. NaN is taken
// for the largest, and for the smallest, as NumPy does.
Status EvalArg(OpContext& ctx, bool largest);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_ARG_COMMON_H_
