// Rnn: h' = f(x w^T + h r^T + b); the argument of f is clipped first where there is a clip.
#include "engine/ops/ops.h"
#include "engine/ops/recurrent_common.h"

namespace linnet::ops {
namespace {

template <typename T>
void Step(const RecurrentStep<T>& step) {
  const int64_t n = step.state->hidden;
  step.Multiply(0, step.h, /*add=*/true, nullptr, step.gates, n);
  for (int64_t row = 0; row < step.state->batch; ++row) {
    if (!step.Active(row)) continue;
    T* gate = step.gates + row * n;
    ClipGate(step.state->clip, n, gate);
    ApplyFunction(step.functions[0], static_cast<size_t>(n), gate);
    for (int64_t k = 0; k < n; ++k) step.h[row * n + k] = gate[k];
  }
}

constexpr RecurrentCell kCell = {/*gates=*/1,
                                 /*functions=*/1,
                                 /*r_sets=*/1,
                                 /*max_inputs=*/6,
                                 /*max_outputs=*/2,
                                 {format::RecurrentActivation::Tanh},
                                 Step<float>,
                                 Step<double>};

Status Prepare(OpContext& ctx) { return PrepareRecurrent(ctx, kCell); }
Status Eval(OpContext& ctx) { return EvalRecurrent(ctx, kCell); }

}  // namespace

const OpDef kRnn = {format::OpCode::Rnn, "Rnn", format::OpAttrs::Recurrent, Prepare, Eval, kPackedInputs};

}  // namespace linnet::ops
