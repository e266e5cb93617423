// What Lstm, Gru and Rnn share: everything but the arithmetic of the cell.
//
// Inputs x [steps, batch, inputs], w [directions, gates * hidden, inputs], r [directions, gates * hidden, hidden],
// b [directions, 2 * gates * hidden]?, sequence_lens int32 [batch]?, initial_h [directions, batch, hidden]?; Lstm also
// initial_c (as initial_h) and p [directions, 3 * hidden]. Outputs, each optional: y [steps, directions, batch, hidden],
// the last h [directions, batch, hidden]; Lstm also the last c.
//
// A sequence shorter than `steps` ends early: y is 0 behind its end, and the last h and c are those of its end (0 where
// it is empty, as ONNX Runtime has it). The reverse direction begins at the end of each sequence.
//
// float32 takes the GEMM kernel: x w^T of many steps at once, then h r^T step by step on top of it. w and r as they are,
// or in panels: w one set a direction, r one set for each of RecurrentCell::r_sets. All other types compute in double.
#ifndef LINNET_ENGINE_OPS_RECURRENT_COMMON_H_
#define LINNET_ENGINE_OPS_RECURRENT_COMMON_H_

#include "engine/op.h"
#include "kernels/gemm_f32.h"

namespace linnet::ops {

enum RecurrentInput { kX = 0, kW = 1, kR = 2, kB = 3, kLengths = 4, kInitialH = 5, kInitialC = 6, kPeephole = 7 };
enum RecurrentOutput { kY = 0, kLastH = 1, kLastC = 2 };
constexpr int kMaxFunctions = 3;  // of one direction

struct RecurrentFunction {
  format::RecurrentActivation kind;
  float alpha, beta;
};
// x[i] = f(x[i]); T: float, double.
template <typename T>
void ApplyFunction(const RecurrentFunction& f, size_t n, T* x);

struct RecurrentState {
  int64_t steps, batch, inputs, hidden;
  int directions, gates;
  int r_sets;
  int64_t chunk;  // steps whose x w^T is computed at once
  float clip;     // 0: none
  bool input_forget, linear_before_reset;
  RecurrentFunction functions[2 * kMaxFunctions];
  kernels::GemmB w_layout, r_layout;
  // float32: x w^T of a chunk and of the last one; h r^T of one set.
  kernels::GemmPlanF32 project, project_last, recur;
};

// The products that are planned; their pointers are still to be set.
kernels::GemmF32 ProjectionOf(const OpContext& ctx, const RecurrentState& s, int64_t steps);
kernels::GemmF32 RecurrenceOf(const OpContext& ctx, const RecurrentState& s);

// The parts of the shared scratch memory, in elements: gates of a chunk, then 3 of `state`, 3 of `bias`.
struct RecurrentScratch {
  size_t gates, state, bias;
  explicit RecurrentScratch(const RecurrentState& s);
  size_t Total() const;
};

// One direction at one step.
template <typename T>
struct RecurrentStep {
  OpContext* ctx;
  const RecurrentState* state;
  int direction;
  int64_t step;
  const RecurrentFunction* functions;
  T* gates;           // [batch, gates * hidden]: x w^T + bias; the cell may write there
  T* h;               // [batch, hidden]: left by the step before, and for the next one
  T* c;               // [batch, hidden], Lstm
  T* spare;           // [batch, hidden]
  const T* r_bias;    // [gates * hidden], Gru with linear_before_reset: its candidate's part is not in `gates`
  const T* peephole;  // [3 * hidden] or null

  // False for a sequence that has ended, whose h and c must stay.
  bool Active(int64_t row) const;
  // out [batch, ..., `stride` from row to row] = h r^T of one set of r, + out if `add`, + bias if it is not null.
  void Multiply(int set, const T* h, bool add, const T* bias, T* out, int64_t stride) const;
};

struct RecurrentCell {
  int gates, functions;
  int r_sets;  // matrices of r in a direction that are multiplied one by one
  int max_inputs, max_outputs;
  format::RecurrentActivation defaults[kMaxFunctions];  // where the op has no `activations`
  // Turns gates, h and c of every active row into the next h and c.
  void (*step_f32)(const RecurrentStep<float>& step);
  void (*step_f64)(const RecurrentStep<double>& step);
};

// The op's state becomes a RecurrentState.
Status PrepareRecurrent(OpContext& ctx, const RecurrentCell& cell);
Status EvalRecurrent(OpContext& ctx, const RecurrentCell& cell);

// x[i] = min(max(x[i], -clip), clip), unless clip is 0.
template <typename T>
void ClipGate(float clip, int64_t n, T* x) {
  if (clip == 0) return;
  for (int64_t i = 0; i < n; ++i) x[i] = x[i] < -clip ? -clip : x[i] > clip ? clip : x[i];
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_RECURRENT_COMMON_H_
