// y[i] = product of x[j] along an axis for j <= i; see cumulative_common.h.
#include "engine/ops/cumulative_common.h"

namespace linnet::ops {
namespace {

Status Eval(OpContext& ctx) { return EvalCumulative(ctx, /*product=*/true); }

}  // namespace

const OpDef kCumProd = {format::OpCode::CumProd, "CumProd", format::OpAttrs::CumSum,
                        PrepareCumulative,       Eval,      kInPlace0};

}  // namespace linnet::ops
