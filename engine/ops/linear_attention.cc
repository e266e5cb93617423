// LinearAttention: a state S [dk, dv] per batch and key head, that every step t changes:
//   S = exp(decay_t) S + beta_t k_t (v_t - (exp(decay_t) S)^T k_t)^T   with beta (the delta rule)
//   S = exp(decay_t) S + k_t v_t^T                                     without
//   y_t = scale S^T q_t, for every query head of the key head
// Inputs q [b, t, q_heads * dk], k [b, t, kv_heads * dk], v [b, t, kv_heads * dv], state [b, kv_heads, dk, dv]? (else
// 0), decay [b, t, kv_heads * dk] or [b, t, kv_heads]? (else 0), beta [b, t, kv_heads] or [b, t, 1]?; outputs y [b, t,
// q_heads * dv] and the last state. scale 0 stands for 1 / sqrt(dk). Floating-point types of at least 16 bits.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

struct Sizes {
  int64_t batches, steps, q_heads, kv_heads, dk, dv;
};

bool Divides(int64_t part, int64_t whole) { return part > 0 && whole % part == 0; }

Status CheckSizes(OpContext& ctx, Sizes* s) {
  const auto* attrs = ctx.attrs<format::LinearAttention>();
  const TensorSlot &q = ctx.input(0), &k = ctx.input(1), &v = ctx.input(2);
  *s = {0, 0, attrs->q_heads(), attrs->kv_heads(), 0, 0};
  bool fits = q.rank() == 3 && k.rank() == 3 && v.rank() == 3 && Divides(s->kv_heads, s->q_heads) &&
              Divides(s->q_heads, q.shape[2]) && Divides(s->kv_heads, k.shape[2]) && Divides(s->kv_heads, v.shape[2]);
  if (fits) {
    *s = {q.shape[0], q.shape[1], s->q_heads, s->kv_heads, q.shape[2] / s->q_heads, v.shape[2] / s->kv_heads};
    fits = k.shape == Shape{s->batches, s->steps, s->kv_heads * s->dk} && v.shape[0] == s->batches &&
           v.shape[1] == s->steps && s->dk > 0;
  }
  if (!fits) {
    return ctx.Invalid("q %s, k %s, v %s of %d and %d heads", ctx.Describe(0), ctx.Describe(1, 1), ctx.Describe(2, 2),
                       attrs->q_heads(), attrs->kv_heads());
  }
  return Status();
}

Status CheckOptional(OpContext& ctx, const Sizes& s) {
  if (ctx.has_input(3) && ctx.input(3).shape != Shape{s.batches, s.kv_heads, s.dk, s.dv}) {
    return ctx.Invalid("the state is %s, for k %s and v %s", ctx.Describe(3), ctx.Describe(1, 1), ctx.Describe(2, 2));
  }
  for (int i = 4; i < 6; ++i) {
    if (!ctx.has_input(i)) continue;
    const TensorSlot& gate = ctx.input(i);
    const int64_t last = gate.rank() == 3 ? gate.shape[2] : -1;
    const bool fits = gate.rank() == 3 && gate.shape[0] == s.batches && gate.shape[1] == s.steps &&
                      (last == s.kv_heads || last == (i == 4 ? s.kv_heads * s.dk : 1));
    if (!fits) return ctx.Invalid("%s is %s, for k %s", i == 4 ? "decay" : "beta", ctx.Describe(i), ctx.Describe(1, 1));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, 6, 1, 2));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const ElementType type = ctx.input(0).type;
  if (ElementBits(type) < 16) return ctx.Unsupported("q is %s", ctx.Describe(0));
  for (int i = 1; i < ctx.input_count(); ++i) {
    if (ctx.has_input(i)) LINNET_RETURN_IF_ERROR(i == 3 ? ExpectTypes(ctx, i, kReals) : ctx.ExpectSameType(i));
  }
  Sizes* s = ctx.NewState<Sizes>();
  if (s == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(CheckSizes(ctx, s));
  LINNET_RETURN_IF_ERROR(CheckOptional(ctx, *s));
  const size_t dk = static_cast<size_t>(s->dk), dv = static_cast<size_t>(s->dv);
  // The state, and rows of k, q and v.
  ctx.RequestScratch(0, SaturatingMultiply(SaturatingAdd(SaturatingMultiply(dk + 1, dv), 2 * dk), sizeof(double)));
  const ElementType state_type = ctx.has_input(3) ? ctx.input(3).type : type;
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(1, state_type, {s->batches, s->kv_heads, s->dk, s->dv}));
  return ctx.SetOutput(0, type, {s->batches, s->steps, s->q_heads * s->dv});
}

void ReadRow(const TensorSlot& x, int64_t first, int64_t n, double* row) {
  for (int64_t i = 0; i < n; ++i) row[i] = 0;
  ForEachBlock(n, [&](int64_t start, size_t count) { AddRow(x, first + start, 1, count, row + start); });
}

void WriteRow(const TensorSlot& y, int64_t first, int64_t n, const double* row) {
  ForEachBlock(n, [&](int64_t start, size_t count) { StoreRow(y, first + start, count, row + start); });
}

// out[j] = sum over i of a[i] * matrix[i, j]
void RowTimesMatrix(const double* a, const double* matrix, int64_t m, int64_t n, double* out) {
  for (int64_t j = 0; j < n; ++j) out[j] = 0;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) out[j] += a[i] * matrix[i * n + j];
  }
}

// One head of one batch: its state, and the rows of a step.
struct Head {
  double *state, *k, *q, *v;
};

// `row`: of the step in [b * t], `h`: of the key head.
void UpdateState(const OpContext& ctx, const Sizes& s, int64_t row, int64_t h, const Head& head) {
  if (ctx.has_input(4)) {
    const TensorSlot& decay = ctx.input(4);
    const bool per_key = decay.shape[2] == s.kv_heads * s.dk && (s.dk > 1 || decay.shape[2] != s.kv_heads);
    for (int64_t i = 0; i < s.dk; ++i) {
      const int64_t at = per_key ? (row * s.kv_heads + h) * s.dk + i : row * s.kv_heads + h;
      const double factor = std::exp(RealAt(decay, at));
      for (int64_t j = 0; j < s.dv; ++j) head.state[i * s.dv + j] *= factor;
    }
  }
  ReadRow(ctx.input(1), (row * s.kv_heads + h) * s.dk, s.dk, head.k);
  const TensorSlot& v = ctx.input(2);
  if (ctx.has_input(5)) {
    const TensorSlot& beta = ctx.input(5);
    const double rate = RealAt(beta, beta.shape[2] == 1 ? row : row * s.kv_heads + h);
    RowTimesMatrix(head.k, head.state, s.dk, s.dv, head.v);
    for (int64_t j = 0; j < s.dv; ++j) {
      head.v[j] = rate * (RealAt(v, (row * s.kv_heads + h) * s.dv + j) - head.v[j]);
    }
  } else {
    ReadRow(v, (row * s.kv_heads + h) * s.dv, s.dv, head.v);
  }
  for (int64_t i = 0; i < s.dk; ++i) {
    for (int64_t j = 0; j < s.dv; ++j) head.state[i * s.dv + j] += head.k[i] * head.v[j];
  }
}

void RunHead(const OpContext& ctx, const Sizes& s, int64_t batch, int64_t h, const Head& head) {
  const int64_t size = s.dk * s.dv, shared = s.q_heads / s.kv_heads;
  const float given = ctx.attrs<format::LinearAttention>()->scale();
  const double scale = given != 0 ? static_cast<double>(given) : 1 / std::sqrt(static_cast<double>(s.dk));
  const int64_t state_at = (batch * s.kv_heads + h) * size;
  if (ctx.has_input(3)) {
    ReadRow(ctx.input(3), state_at, size, head.state);
  } else {
    for (int64_t i = 0; i < size; ++i) head.state[i] = 0;
  }
  for (int64_t t = 0; t < s.steps; ++t) {
    const int64_t row = batch * s.steps + t;
    UpdateState(ctx, s, row, h, head);
    for (int64_t i = 0; i < shared; ++i) {
      const int64_t q_head = h * shared + i;
      ReadRow(ctx.input(0), (row * s.q_heads + q_head) * s.dk, s.dk, head.q);
      for (int64_t j = 0; j < s.dk; ++j) head.q[j] *= scale;
      RowTimesMatrix(head.q, head.state, s.dk, s.dv, head.v);
      WriteRow(ctx.output(0), (row * s.q_heads + q_head) * s.dv, s.dv, head.v);
    }
  }
  if (ctx.has_output(1)) WriteRow(ctx.output(1), state_at, size, head.state);
}

Status Eval(OpContext& ctx) {
  const Sizes& s = *ctx.state<Sizes>();
  ParallelRanges(ctx, s.batches * s.kv_heads, s.batches * s.kv_heads * (s.steps + 1) * s.dk * s.dv * 8,
                 [&](int64_t first, int64_t last, int thread) {
                   double* state = static_cast<double*>(ctx.thread_scratch(thread));
                   double* k = state + s.dk * s.dv;
                   const Head head = {state, k, k + s.dk, k + 2 * s.dk};
                   for (int64_t i = first; i < last; ++i) RunHead(ctx, s, i / s.kv_heads, i % s.kv_heads, head);
                 });
  return Status();
}

}  // namespace

const OpDef kLinearAttention = {format::OpCode::LinearAttention, "LinearAttention", format::OpAttrs::LinearAttention,
                                Prepare, Eval};

}  // namespace linnet::ops
