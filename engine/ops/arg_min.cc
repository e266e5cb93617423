// y = index of the smallest x along the axis, the first or the last of several; engine/ops/arg_common.h.
#include "engine/ops/arg_common.h"

namespace linnet::ops {
namespace {

Status Eval(OpContext& ctx) { return EvalArg(ctx, /*largest=*/false); }

}  // namespace

const OpDef kArgMin = {format::OpCode::ArgMin, "ArgMin", format::OpAttrs::ArgReduce, PrepareArg, Eval};

}  // namespace linnet::ops
