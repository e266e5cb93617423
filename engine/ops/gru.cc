// Gru. Gates lie in the order z, r, candidate; functions f, g:
//   z = f(x wz^T + h rz^T + bz)
//   r = f(x wr^T + h rr^T + br)
//   candidate = g(x wc^T + (r h) rc^T + bc), or g(x wc^T + wbc + r (h rc^T + rbc)) with linear_before_reset
//   h' = (1 - z) candidate + z h
// Each argument of a function is clipped first where there is a clip. r is multiplied gate by gate, so it is packed that
// way: three sets of panels a direction.
#include "engine/ops/ops.h"
#include "engine/ops/recurrent_common.h"

namespace linnet::ops {
namespace {

template <typename T>
void Activate(const RecurrentStep<T>& step, const RecurrentFunction& function, int64_t n, T* x) {
  ClipGate(step.state->clip, n, x);
  ApplyFunction(function, static_cast<size_t>(n), x);
}

// Makes z and r of every row, then `spare` what the candidate's part of r is multiplied with, or its product with h.
template <typename T>
void ComputeResets(const RecurrentStep<T>& step) {
  const int64_t n = step.state->hidden, width = 3 * n;
  const bool linear = step.state->linear_before_reset;
  for (int gate = 0; gate < 2; ++gate) {
    step.Multiply(gate, step.h, /*add=*/true, nullptr, step.gates + gate * n, width);
  }
  if (linear) step.Multiply(2, step.h, /*add=*/false, step.r_bias + 2 * n, step.spare, n);
  for (int64_t row = 0; row < step.state->batch; ++row) {
    T* gates = step.gates + row * width;
    Activate(step, step.functions[0], 2 * n, gates);
    const T* r = gates + n;
    T* spare = step.spare + row * n;
    const T* h = step.h + row * n;
    for (int64_t k = 0; k < n; ++k) spare[k] = linear ? spare[k] * r[k] : h[k] * r[k];
  }
}

template <typename T>
void Step(const RecurrentStep<T>& step) {
  const int64_t n = step.state->hidden, width = 3 * n;
  ComputeResets(step);
  const bool linear = step.state->linear_before_reset;
  if (!linear) step.Multiply(2, step.spare, /*add=*/true, nullptr, step.gates + 2 * n, width);
  for (int64_t row = 0; row < step.state->batch; ++row) {
    if (!step.Active(row)) continue;
    const T* z = step.gates + row * width;
    T* candidate = step.gates + row * width + 2 * n;
    T* h = step.h + row * n;
    if (linear) {
      for (int64_t k = 0; k < n; ++k) candidate[k] += step.spare[row * n + k];
    }
    Activate(step, step.functions[1], n, candidate);
    for (int64_t k = 0; k < n; ++k) h[k] = (1 - z[k]) * candidate[k] + z[k] * h[k];
  }
}

constexpr RecurrentCell kCell = {
    /*gates=*/3,
    /*functions=*/2,
    /*r_sets=*/3,
    /*max_inputs=*/6,
    /*max_outputs=*/2,
    {format::RecurrentActivation::Sigmoid, format::RecurrentActivation::Tanh},
    Step<float>,
    Step<double>};

Status Prepare(OpContext& ctx) { return PrepareRecurrent(ctx, kCell); }
Status Eval(OpContext& ctx) { return EvalRecurrent(ctx, kCell); }

}  // namespace

const OpDef kGru = {format::OpCode::Gru, "Gru", format::OpAttrs::Recurrent, Prepare, Eval, kPackedInputs};

}  // namespace linnet::ops
