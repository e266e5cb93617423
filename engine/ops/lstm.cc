// Lstm. Gates lie in the order i, o, f, candidate; p in the order i, o, f; functions f, g, h:
//   i = f(x wi^T + h ri^T + pi c + bi)      forget = f(x wf^T + h rf^T + pf c + bf), or 1 - i with input_forget
//   candidate = g(x wc^T + h rc^T + bc)     c' = forget c + i candidate
//   o = f(x wo^T + h ro^T + po c' + bo)     h' = o h(c')
// The gates are clipped before f and g where there is a clip; c' is not, as ONNX Runtime has it.
#include "engine/ops/ops.h"
#include "engine/ops/recurrent_common.h"

namespace linnet::ops {
namespace {

template <typename T>
void AddProduct(const T* a, const T* b, int64_t n, T* sum) {
  for (int64_t k = 0; k < n; ++k) sum[k] += a[k] * b[k];
}

// One row: gates [4 * n], c [n] -> c, h. `scratch` [n].
template <typename T>
void StepRow(const RecurrentStep<T>& step, T* gates, T* c, T* h, T* scratch) {
  const int64_t n = step.state->hidden;
  const float clip = step.state->clip;
  const RecurrentFunction* functions = step.functions;
  T *i = gates, *o = gates + n, *forget = gates + 2 * n, *candidate = gates + 3 * n;
  const auto apply = [&](const RecurrentFunction& function, T* x) {
    ClipGate(clip, n, x);
    ApplyFunction(function, static_cast<size_t>(n), x);
  };
  if (step.peephole != nullptr) {
    AddProduct(step.peephole, c, n, i);
    AddProduct(step.peephole + 2 * n, c, n, forget);
  }
  apply(functions[0], i);
  if (step.state->input_forget) {
    for (int64_t k = 0; k < n; ++k) forget[k] = 1 - i[k];
  } else {
    apply(functions[0], forget);
  }
  apply(functions[1], candidate);
  for (int64_t k = 0; k < n; ++k) c[k] = forget[k] * c[k] + i[k] * candidate[k];
  if (step.peephole != nullptr) AddProduct(step.peephole + n, c, n, o);
  apply(functions[0], o);
  for (int64_t k = 0; k < n; ++k) scratch[k] = c[k];
  ApplyFunction(functions[2], static_cast<size_t>(n), scratch);
  for (int64_t k = 0; k < n; ++k) h[k] = o[k] * scratch[k];
}

template <typename T>
void Step(const RecurrentStep<T>& step) {
  const int64_t n = step.state->hidden, width = 4 * n;
  step.Multiply(0, step.h, /*add=*/true, nullptr, step.gates, width);
  for (int64_t row = 0; row < step.state->batch; ++row) {
    if (!step.Active(row)) continue;
    StepRow(step, step.gates + row * width, step.c + row * n, step.h + row * n, step.spare + row * n);
  }
}

constexpr RecurrentCell kCell = {
    /*gates=*/4,
    /*functions=*/3,
    /*r_sets=*/1,
    /*max_inputs=*/8,
    /*max_outputs=*/3,
    {format::RecurrentActivation::Sigmoid, format::RecurrentActivation::Tanh, format::RecurrentActivation::Tanh},
    Step<float>,
    Step<double>};

Status Prepare(OpContext& ctx) { return PrepareRecurrent(ctx, kCell); }
Status Eval(OpContext& ctx) { return EvalRecurrent(ctx, kCell); }

}  // namespace

const OpDef kLstm = {format::OpCode::Lstm, "Lstm", format::OpAttrs::Recurrent, Prepare, Eval, kPackedInputs};

}  // namespace linnet::ops
