// CumSum, CumProd: y[i] = sum or product of x[j] along an axis for j <= i (exclusive: j < i; reverse: from the end).
// Inputs x and the axis, one int32 or int64. Integers wrap around. Any number type.
#ifndef LINNET_ENGINE_OPS_CUMULATIVE_COMMON_H_
#define LINNET_ENGINE_OPS_CUMULATIVE_COMMON_H_

#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {

Status PrepareCumulative(OpContext& ctx);
Status EvalCumulative(OpContext& ctx, bool product);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CUMULATIVE_COMMON_H_
