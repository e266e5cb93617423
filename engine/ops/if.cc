// If: outputs = cond ? then_branch(captured...) : else_branch(captured...).
// Inputs: cond (one bool), captured values. Shapes and types: those of the branch taken.
#include <cstring>

#include "engine/ops/control_flow_common.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

SessionImpl** Taken(OpContext& ctx) { return ctx.state<SessionImpl*>(); }

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, INT32_MAX, 1, INT32_MAX));
  LINNET_RETURN_IF_ERROR(ExpectData(ctx));
  bool condition = false;
  LINNET_RETURN_IF_ERROR(ReadBool(ctx, 0, &condition));
  const auto* attrs = ctx.attrs<format::If>();
  SessionImpl* branch = nullptr;
  LINNET_RETURN_IF_ERROR(ctx.GetSubgraph(condition ? attrs->then_branch() : attrs->else_branch(), &branch));
  Array<SubgraphInput> inputs;
  for (int i = 1; i < ctx.input_count(); ++i) {
    if (!ctx.has_input(i)) return ctx.Invalid("input %d is left out", i);
    if (!inputs.Append(InputOf(ctx, i))) return ctx.OutOfMemory();
  }
  LINNET_RETURN_IF_ERROR(InSubgraph(ctx, RunSubgraph(*branch, inputs.begin(), inputs.size())));
  if (branch->outputs().size() != static_cast<size_t>(ctx.output_count())) {
    return ctx.Invalid("the branch has %zu outputs, expected %d", branch->outputs().size(), ctx.output_count());
  }
  for (int i = 0; i < ctx.output_count(); ++i) {
    const Tensor& result = branch->outputs()[static_cast<size_t>(i)];
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, result.type(), result.shape()));
  }
  if (ctx.NewState<SessionImpl*>() == nullptr) return ctx.OutOfMemory();
  *Taken(ctx) = branch;
  return Status();
}

Status Eval(OpContext& ctx) {
  const SessionImpl& branch = **Taken(ctx);
  for (int i = 0; i < ctx.output_count(); ++i) {
    const Tensor& result = branch.outputs()[static_cast<size_t>(i)];
    if (ctx.has_output(i) && result.bytes() > 0) std::memcpy(ctx.output(i).data, result.raw_data(), result.bytes());
  }
  return Status();
}

}  // namespace

const OpDef kIf = {format::OpCode::If, "If", format::OpAttrs::If, Prepare, Eval, kNoFlags};

}  // namespace linnet::ops
