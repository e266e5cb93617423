#include "engine/ops/mat_mul_common.h"

#include <utility>

namespace linnet::ops {
namespace {

// Sizes of the last two dimensions and the leading ones.
struct Matrices {
  int64_t rows, columns;
  Shape batch;
};

Matrices Split(const Shape& shape, bool column) {
  Matrices split = {1, shape.back(), {}};
  if (shape.rank() == 1) {
    if (column) split = {shape[0], 1, {}};
    return split;
  }
  split.rows = shape[shape.rank() - 2];
  for (int d = 0; d + 2 < shape.rank(); ++d) split.batch.Append(shape[d]);
  return split;
}

// Size of leading dimension d of `rank`, counted from the front of the result.
int64_t SizeAt(const Shape& batch, int d, int rank) {
  const int own = d - (rank - batch.rank());
  return own < 0 ? 1 : batch[own];
}

// Broadcasts the leading dimensions.
Status BroadcastBatch(OpContext& ctx, const Shape& a, const Shape& b, MatMulGeometry* s) {
  const int rank = a.rank() > b.rank() ? a.rank() : b.rank();
  s->batch_rank = rank;
  s->batch = 1;
  for (int d = 0; d < rank; ++d) {
    const int64_t in_a = SizeAt(a, d, rank), in_b = SizeAt(b, d, rank);
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      return ctx.Invalid("a %s and b %s do not broadcast", ctx.Describe(0), ctx.Describe(1, 1));
    }
    s->sizes.Append(in_a == 1 ? in_b : in_a);
    if (__builtin_mul_overflow(s->batch, s->sizes[d], &s->batch)) return ctx.Invalid("the sizes overflow");
    s->a_steps.Append(0);
    s->b_steps.Append(0);
  }
  int64_t a_step = 1, b_step = 1;
  for (int d = rank - 1; d >= 0; --d) {
    const int64_t in_a = SizeAt(a, d, rank), in_b = SizeAt(b, d, rank);
    s->a_steps[d] = in_a == 1 ? 0 : a_step;
    s->b_steps[d] = in_b == 1 ? 0 : b_step;
    a_step *= in_a;
    b_step *= in_b;
  }
  return Status();
}

}  // namespace

void Locate(const MatMulGeometry& s, int64_t index, int64_t* a, int64_t* b) {
  *a = *b = 0;
  for (int d = s.batch_rank - 1; d >= 0; --d) {
    const int64_t i = index % s.sizes[d];
    index /= s.sizes[d];
    *a += i * s.a_steps[d];
    *b += i * s.b_steps[d];
  }
}

Status ResolveMatMul(OpContext& ctx, bool transpose_b, MatMulGeometry* s, Shape* output) {
  const Shape& a = ctx.input(0).shape;
  const Shape& b = ctx.input(1).shape;
  if (a.rank() == 0 || b.rank() == 0) {
    return ctx.Invalid("a %s and b %s, expected at least one dimension each", ctx.Describe(0), ctx.Describe(1, 1));
  }
  const Matrices left = Split(a, /*column=*/false);
  Matrices right = Split(b, /*column=*/true);
  if (transpose_b && b.rank() > 1) std::swap(right.rows, right.columns);
  if (left.columns != right.rows) {
    return ctx.Invalid("a %s and b %s have different inner sizes", ctx.Describe(0), ctx.Describe(1, 1));
  }
  s->m = left.rows;
  s->k = left.columns;
  s->n = right.columns;
  LINNET_RETURN_IF_ERROR(BroadcastBatch(ctx, left.batch, right.batch, s));
  *output = s->sizes;
  if (a.rank() > 1) output->Append(s->m);
  if (b.rank() > 1) output->Append(s->n);
  // Products with one b are one product with all rows of a.
  bool shared_b = true;
  for (int d = 0; d < s->batch_rank; ++d) shared_b = shared_b && s->b_steps[d] == 0;
  // A column's rows are elements of y's last dimension, which a view may keep apart from the next ones.
  if (shared_b && left.batch.elements() == s->batch && b.rank() > 1) {
    if (__builtin_mul_overflow(s->m, s->batch, &s->m)) return ctx.Invalid("the sizes overflow");
    s->batch = 1;
    s->batch_rank = 0;
  }
  return Status();
}

}  // namespace linnet::ops
