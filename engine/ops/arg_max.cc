// y = index of the largest x along the axis, the first or the last of several; engine/ops/arg_common.h.
#include "engine/ops/arg_common.h"

namespace linnet::ops {
namespace {

Status Eval(OpContext& ctx) { return EvalArg(ctx, /*largest=*/true); }

}  // namespace

const OpDef kArgMax = {format::OpCode::ArgMax, "ArgMax", format::OpAttrs::ArgReduce, PrepareArg, Eval};

}  // namespace linnet::ops
