// The run of recurrent ops: projection of a chunk of steps, then step after step.
#include <cstring>

#include "engine/ops/conv_common.h"
#include "engine/ops/recurrent_common.h"
#include "format/storage.h"

namespace linnet::ops {
namespace {

size_t Size(int64_t value) { return static_cast<size_t>(value); }

template <typename T>
void Load(const TensorSlot& from, int64_t first, int64_t n, T* to) {
  Wide block[kWideBlock];
  for (int64_t done = 0; done < n; done += kWideBlock) {
    const size_t count = n - done < static_cast<int64_t>(kWideBlock) ? Size(n - done) : kWideBlock;
    Widen(from.type, from.data, first + done, count, WideKind::kReal, block);
    for (size_t i = 0; i < count; ++i) to[done + static_cast<int64_t>(i)] = static_cast<T>(block[i].f);
  }
}

void Store(const float* from, int64_t n, const TensorSlot& to, int64_t first) {
  std::memcpy(to.as<float>() + first, from, Size(n) * sizeof(float));
}
void Store(const double* from, int64_t n, const TensorSlot& to, int64_t first) {
  static_assert(sizeof(Wide) == sizeof(double), "doubles are stored as they lie");
  Narrow(to.type, reinterpret_cast<const Wide*>(from), WideKind::kReal, first, Size(n), to.data);
}

// All zero bytes are 0 in every floating-point type.
void StoreZeros(int64_t n, const TensorSlot& to, int64_t first) {
  const size_t element = Size(ElementBits(to.type) / 8);
  std::memset(to.as<char>() + Size(first) * element, 0, Size(n) * element);
}

int64_t LengthOf(const OpContext& ctx, const RecurrentState& s, int64_t row) {
  return ctx.has_input(kLengths) ? ctx.input(kLengths).as<int32_t>()[row] : s.steps;
}

size_t ElementsOfMatrix(const kernels::GemmF32& gemm) {
  return gemm.b_layout == kernels::GemmB::kTransposed ? gemm.n * gemm.k
                                                      : format::PanelElements(1, gemm.n, gemm.k, gemm.panel_width);
}

const void* MatrixAt(const TensorSlot& slot, const kernels::GemmF32& gemm, int index) {
  const size_t element = gemm.b_layout == kernels::GemmB::kPanelsF16 ? 2 : 4;
  return slot.as<char>() + ElementsOfMatrix(gemm) * Size(index) * element;
}

void RunGemm(OpContext& ctx, const kernels::GemmF32& gemm, const kernels::GemmPlanF32& plan) {
  if (plan.tasks == 1) return RunGemmF32(gemm, plan, 0, static_cast<float*>(ctx.thread_scratch(0)));
  ctx.Parallel(plan.tasks, [&](size_t task, int thread) {
    RunGemmF32(gemm, plan, task, static_cast<float*>(ctx.thread_scratch(thread)));
  });
}

// gates [rows, gates * hidden] = x [first, first + rows) w^T + bias. REQUIRES: a chunk, or the last one.
void Project(OpContext& ctx, const RecurrentState& s, int direction, int64_t first, int64_t rows, const float* bias,
             float* gates) {
  const int64_t steps = rows / s.batch;
  kernels::GemmF32 gemm = ProjectionOf(ctx, s, steps);
  gemm.a = ctx.input(kX).as<float>() + first * s.inputs;
  gemm.b = MatrixAt(ctx.input(kW), gemm, direction);
  gemm.bias = bias;
  gemm.c = gates;
  RunGemm(ctx, gemm, steps == s.chunk ? s.project : s.project_last);
}

void Project(OpContext& ctx, const RecurrentState& s, int direction, int64_t first, int64_t rows, const double* bias,
             double* gates) {
  const int64_t width = s.gates * s.hidden;
  ctx.Parallel(Size(rows), [&](size_t row, int) {
    for (int64_t j = 0; j < width; ++j) {
      double sum = bias[j];
      MultiplyAddWide(ctx.input(kX), (first + static_cast<int64_t>(row)) * s.inputs, ctx.input(kW),
                      (direction * width + j) * s.inputs, s.inputs, &sum);
      gates[static_cast<int64_t>(row) * width + j] = sum;
    }
  });
}

// w's bias + r's, but for the candidate of a Gru with linear_before_reset, which takes r's (*r_bias) itself.
template <typename T>
void LoadBias(const OpContext& ctx, const RecurrentState& s, int direction, T* bias, T* r_bias) {
  const int64_t width = s.gates * s.hidden;
  for (int64_t j = 0; j < width; ++j) bias[j] = r_bias[j] = 0;
  if (!ctx.has_input(kB)) return;
  Load(ctx.input(kB), direction * 2 * width, width, bias);
  Load(ctx.input(kB), (direction * 2 + 1) * width, width, r_bias);
  const int64_t added = s.linear_before_reset ? 2 * s.hidden : width;
  for (int64_t j = 0; j < added; ++j) bias[j] += r_bias[j];
}

template <typename T>
void LoadState(const OpContext& ctx, int input, int64_t first, int64_t n, T* to) {
  if (ctx.has_input(input)) return Load(ctx.input(input), first, n, to);
  for (int64_t i = 0; i < n; ++i) to[i] = 0;
}

// y of one step.
template <typename T>
void StoreStep(const RecurrentStep<T>& step) {
  const OpContext& ctx = *step.ctx;
  if (!ctx.has_output(kY)) return;
  const RecurrentState& s = *step.state;
  const int64_t first = (step.step * s.directions + step.direction) * s.batch;
  for (int64_t row = 0; row < s.batch; ++row) {
    if (step.Active(row)) {
      Store(step.h + row * s.hidden, s.hidden, ctx.output(kY), (first + row) * s.hidden);
    } else {
      StoreZeros(s.hidden, ctx.output(kY), (first + row) * s.hidden);
    }
  }
}

template <typename T>
void StoreLast(const RecurrentStep<T>& step, int output, const T* last) {
  const OpContext& ctx = *step.ctx;
  if (!ctx.has_output(output)) return;
  const RecurrentState& s = *step.state;
  for (int64_t row = 0; row < s.batch; ++row) {
    const int64_t to = (step.direction * s.batch + row) * s.hidden;
    if (LengthOf(ctx, s, row) > 0) {
      Store(last + row * s.hidden, s.hidden, ctx.output(output), to);
    } else {
      StoreZeros(s.hidden, ctx.output(output), to);
    }
  }
}

// Every step of one direction. A sequence takes part in the steps before its end, whichever way they are gone through.
template <typename T>
void RunDirection(OpContext& ctx, const RecurrentCell& cell, const RecurrentState& s, int direction,
                  void (*run_step)(const RecurrentStep<T>&)) {
  const RecurrentScratch layout(s);
  T* gates = static_cast<T*>(ctx.shared_scratch());
  RecurrentStep<T> step = {};
  step.ctx = &ctx;
  step.state = &s;
  step.direction = direction;
  step.functions = s.functions + direction * cell.functions;
  step.h = gates + layout.gates;
  step.c = step.h + layout.state;
  step.spare = step.c + layout.state;
  T* bias = step.spare + layout.state;
  T* r_bias = bias + layout.bias;
  T* peephole = r_bias + layout.bias;
  LoadBias(ctx, s, direction, bias, r_bias);
  step.r_bias = r_bias;
  const int64_t elements = s.batch * s.hidden;
  LoadState(ctx, kInitialH, direction * elements, elements, step.h);
  LoadState(ctx, kInitialC, direction * elements, elements, step.c);
  if (ctx.has_input(kPeephole)) {
    Load(ctx.input(kPeephole), direction * 3 * s.hidden, 3 * s.hidden, peephole);
    step.peephole = peephole;
  }
  const bool reverse = direction == 1 || ctx.attrs<format::Recurrent>()->direction() == format::Direction::Reverse;
  for (int64_t done = 0; done < s.steps; done += s.chunk) {
    const int64_t count = s.steps - done < s.chunk ? s.steps - done : s.chunk;
    const int64_t first = reverse ? s.steps - done - count : done;
    Project(ctx, s, direction, first * s.batch, count * s.batch, bias, gates);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t in_chunk = reverse ? count - 1 - i : i;
      step.step = first + in_chunk;
      step.gates = gates + in_chunk * s.batch * s.gates * s.hidden;
      run_step(step);
      StoreStep(step);
    }
  }
  StoreLast(step, kLastH, step.h);
  StoreLast(step, kLastC, step.c);
}

}  // namespace

template <typename T>
bool RecurrentStep<T>::Active(int64_t row) const {
  return step < LengthOf(*ctx, *state, row);
}

template <>
void RecurrentStep<float>::Multiply(int set, const float* a, bool add, const float* bias, float* out,
                                    int64_t stride) const {
  kernels::GemmF32 gemm = RecurrenceOf(*ctx, *state);
  gemm.a = a;
  gemm.b = MatrixAt(ctx->input(kR), gemm, direction * state->r_sets + set);
  gemm.bias = bias;
  gemm.c = out;
  gemm.c_stride = Size(stride);
  if (add) {
    gemm.residual = out;
    gemm.residual_stride = gemm.c_stride;
  }
  RunGemm(*ctx, gemm, state->recur);
}

template <>
void RecurrentStep<double>::Multiply(int set, const double* a, bool add, const double* bias, double* out,
                                     int64_t stride) const {
  const int64_t hidden = state->hidden, n = state->gates / state->r_sets * hidden;
  const TensorSlot& r = ctx->input(kR);
  ctx->Parallel(Size(n), [&](size_t task, int) {
    const int64_t j = static_cast<int64_t>(task), first = ((direction * state->r_sets + set) * n + j) * hidden;
    for (int64_t row = 0; row < state->batch; ++row) {
      double& to = out[row * stride + j];
      double sum = (add ? to : 0) + (bias != nullptr ? bias[j] : 0);
      Wide block[kWideBlock];
      for (int64_t p = 0; p < hidden; p += kWideBlock) {
        const size_t count = hidden - p < static_cast<int64_t>(kWideBlock) ? Size(hidden - p) : kWideBlock;
        Widen(r.type, r.data, first + p, count, WideKind::kReal, block);
        for (size_t i = 0; i < count; ++i) sum += a[row * hidden + p + static_cast<int64_t>(i)] * block[i].f;
      }
      to = sum;
    }
  });
}

Status EvalRecurrent(OpContext& ctx, const RecurrentCell& cell) {
  const RecurrentState& s = *ctx.state<RecurrentState>();
  for (int64_t row = 0; ctx.has_input(kLengths) && row < s.batch; ++row) {
    const int64_t length = LengthOf(ctx, s, row);
    if (length >= 0 && length <= s.steps) continue;
    return ctx.OutOfRange("sequence %lld has the length %lld, x has %lld steps", static_cast<long long>(row),
                          static_cast<long long>(length), static_cast<long long>(s.steps));
  }
  if (s.batch == 0) return Status();
  for (int direction = 0; direction < s.directions; ++direction) {
    if (ctx.input(kX).type == ElementType::kFloat32) {
      RunDirection<float>(ctx, cell, s, direction, cell.step_f32);
    } else {
      RunDirection<double>(ctx, cell, s, direction, cell.step_f64);
    }
  }
  return Status();
}

template bool RecurrentStep<float>::Active(int64_t row) const;
template bool RecurrentStep<double>::Active(int64_t row) const;

}  // namespace linnet::ops
