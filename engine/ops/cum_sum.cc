// y[i] = sum of x[j] along an axis for j <= i; see cumulative_common.h.
#include "engine/ops/cumulative_common.h"

namespace linnet::ops {
namespace {

Status Eval(OpContext& ctx) { return EvalCumulative(ctx, /*product=*/false); }

}  // namespace

const OpDef kCumSum = {format::OpCode::CumSum, "CumSum", format::OpAttrs::CumSum, PrepareCumulative, Eval, kInPlace0};

}  // namespace linnet::ops
