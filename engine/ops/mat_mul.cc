// MatMul: y = activation(a x b + bias + residual), as NumPy's matmul.
// a [..., M, K], b [..., K, N] (or [..., N, K] with transpose_b), bias [N]?, residual [the shape of y]? -> y [..., M, N];
// leading dimensions broadcast; a of rank 1 is a row, b of rank 1 a column, and that dimension is dropped from y.
// With a_heads = H, a lies as [..., M, H * K] and stands for [..., H, M, K]; b_heads and y_heads (residual too) likewise: so the
// heads of an attention block are multiplied where their projections wrote them.
// fp32 through the GEMM kernel, constants in panels; any other type of numbers by widening.
#include "engine/ops/conv_common.h"
#include "engine/ops/mat_mul_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

struct MatMulState : MatMulGeometry {
  int64_t heads;                // the last leading dimension where some operand lies in heads, else 1
  bool a_heads, b_heads, y_heads;
  kernels::GemmB layout;
  kernels::GemmPlanF32 plan;
};

// Sizes of the last two dimensions and the leading ones.
struct Matrices {
  int64_t rows, columns;
  Shape batch;
};

Matrices Split(const Shape& shape, bool column, int heads) {
  Matrices split = {1, shape.back(), {}};
  if (shape.rank() == 1) {
    if (column) split = {shape[0], 1, {}};
    return split;
  }
  split.rows = shape[shape.rank() - 2];
  for (int d = 0; d + 2 < shape.rank(); ++d) split.batch.Append(shape[d]);
  if (heads > 0) {
    split.batch.Append(heads);
    split.columns /= heads;
  }
  return split;
}

Status CheckHeads(OpContext& ctx, int i, int heads) {
  const Shape& shape = ctx.input(i).shape;
  const bool fits = heads == 0 || (heads > 0 && shape.rank() >= 2 && shape.rank() < Shape::kMaxRank && shape.back() % heads == 0);
  return fits ? Status() : ctx.Invalid("%s does not lie in %d heads", ctx.Describe(i), heads);
}

// Size of leading dimension d of `rank`, counted from the front of the result.
int64_t SizeAt(const Shape& batch, int d, int rank) {
  const int own = d - (rank - batch.rank());
  return own < 0 ? 1 : batch[own];
}

// Broadcasts the leading dimensions.
Status BroadcastBatch(OpContext& ctx, const Shape& a, const Shape& b, MatMulState* s) {
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
    // Heads lie side by side in one matrix.
    const int64_t in_a = d == rank - 1 && s->a_heads ? 1 : SizeAt(a, d, rank);
    const int64_t in_b = d == rank - 1 && s->b_heads ? 1 : SizeAt(b, d, rank);
    s->a_steps[d] = in_a == 1 ? 0 : a_step;
    s->b_steps[d] = in_b == 1 ? 0 : b_step;
    a_step *= in_a;
    b_step *= in_b;
  }
  return Status();
}

// y's shape, from the leading dimensions that both operands have.
Status MakeOutputShape(OpContext& ctx, int y_heads, MatMulState* s, Shape* output) {
  const bool any = s->a_heads || s->b_heads || y_heads != 0;
  s->heads = any && s->batch_rank > 0 ? s->sizes.back() : 1;
  s->y_heads = y_heads != 0;
  if (s->y_heads && (s->batch_rank == 0 || y_heads != s->heads)) return ctx.Invalid("y has no %d heads", y_heads);
  for (int d = 0; d + (s->y_heads ? 1 : 0) < s->batch_rank; ++d) output->Append(s->sizes[d]);
  int64_t columns = s->n;
  if (s->y_heads && __builtin_mul_overflow(columns, s->heads, &columns)) return ctx.Invalid("the sizes overflow");
  if (ctx.input(0).rank() > 1) output->Append(s->m);
  if (ctx.input(1).rank() > 1) output->Append(columns);
  return Status();
}

Status CheckOperands(OpContext& ctx, MatMulState* s, Shape* output) {
  const Shape& a = ctx.input(0).shape;
  const Shape& b = ctx.input(1).shape;
  const auto* attrs = ctx.attrs<format::MatMul>();
  if (a.rank() == 0 || b.rank() == 0) {
    return ctx.Invalid("a %s and b %s, expected at least one dimension each", ctx.Describe(0), ctx.Describe(1, 1));
  }
  LINNET_RETURN_IF_ERROR(CheckHeads(ctx, 0, attrs->a_heads()));
  LINNET_RETURN_IF_ERROR(CheckHeads(ctx, 1, attrs->b_heads()));
  s->a_heads = attrs->a_heads() > 0;
  s->b_heads = attrs->b_heads() > 0;
  if (attrs->y_heads() != 0 && (a.rank() == 1 || b.rank() == 1)) return ctx.Invalid("a list has no heads");
  const Matrices left = Split(a, /*column=*/false, attrs->a_heads());
  Matrices right = Split(b, /*column=*/true, attrs->b_heads());
  if (attrs->transpose_b() && b.rank() > 1) std::swap(right.rows, right.columns);
  if (left.columns != right.rows) {
    return ctx.Invalid("a %s and b %s have different inner sizes", ctx.Describe(0), ctx.Describe(1, 1));
  }
  s->m = left.rows;
  s->k = left.columns;
  s->n = right.columns;
  LINNET_RETURN_IF_ERROR(BroadcastBatch(ctx, left.batch, right.batch, s));
  LINNET_RETURN_IF_ERROR(MakeOutputShape(ctx, attrs->y_heads(), s, output));
  // Products with one b are one product with all rows of a.
  bool shared_b = !s->a_heads && !s->b_heads && !s->y_heads;
  for (int d = 0; d < s->batch_rank; ++d) shared_b = shared_b && s->b_steps[d] == 0;
  // A column's rows are elements of y's last dimension, which a view may keep apart from the next ones.
  if (shared_b && left.batch.elements() == s->batch && b.rank() > 1) {
    if (__builtin_mul_overflow(s->m, s->batch, &s->m)) return ctx.Invalid("the sizes overflow");
    s->batch = 1;
    s->batch_rank = 0;
  }
  return Status();
}

// First element of y's matrix of product `index`, in a tensor like y whose rows are `stride` apart.
int64_t ResultOffset(const MatMulState& s, int64_t index, int64_t stride) {
  if (!s.y_heads) return index * s.m * stride;
  return index / s.heads * s.m * stride + index % s.heads * s.n;
}

kernels::GemmF32 GemmOf(OpContext& ctx, const MatMulState& s) {
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const TensorSlot& a = ctx.input(0);
  const TensorSlot& b = ctx.input(1);
  kernels::GemmF32 gemm;
  gemm.m = size(s.m);
  gemm.n = size(s.n);
  gemm.k = size(s.k);
  gemm.a_stride = a.rank() > 1 ? size(a.row_stride) : gemm.k;
  gemm.b_layout = s.layout;
  // b of rank 1 is one column, which lies along k.
  gemm.b_stride = b.rank() > 1 ? size(b.row_stride) : gemm.k;
  if (b.order() != format::StorageOrder::Plain) gemm.panel_width = b.def->width();
  return gemm;
}

Status PrepareF32(OpContext& ctx, MatMulState* s) {
  const TensorSlot& b = ctx.input(1);
  const bool transposed = b.rank() == 1 || ctx.attrs<format::MatMul>()->transpose_b();
  s->layout = transposed ? kernels::GemmB::kTransposed : kernels::GemmB::kRows;
  if (b.order() != format::StorageOrder::Plain) {
    if (s->b_heads) return ctx.Unsupported("heads of a packed b");
    const int64_t group = b.rank() > 2 ? b.shape.Product(0, b.rank() - 2) : 1;
    LINNET_RETURN_IF_ERROR(CheckPanels(ctx, 1, group, s->n, s->k, &s->layout));
  } else {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  }
  s->plan = PlanGemmF32(GemmOf(ctx, *s), ctx.threads(), static_cast<size_t>(s->batch));
  ctx.RequestScratch(0, s->plan.scratch_bytes);
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 4, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  LINNET_RETURN_IF_ERROR(ExpectPlainButWeight(ctx));
  const ElementType type = ctx.input(0).type;
  if (ElementBits(type) < 8) return ctx.Unsupported("a is %s", ctx.Describe(0));
  MatMulState* state = ctx.NewState<MatMulState>();
  if (state == nullptr) return ctx.OutOfMemory();
  Shape output;
  LINNET_RETURN_IF_ERROR(CheckOperands(ctx, state, &output));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, type, output));
  const auto* activation = ctx.attrs<format::MatMul>()->activation();
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, activation, type));
  if (ctx.has_input(2)) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(2));
    if (ctx.input(2).shape != Shape({state->n})) return ctx.Invalid("bias is %s, expected [N]", ctx.Describe(2));
  }
  if (ctx.has_input(3)) {
    LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(3));
    if (ctx.input(3).shape != output) return ctx.Invalid("residual %s does not have y's shape", ctx.Describe(3));
  }
  if (type == ElementType::kFloat32) return PrepareF32(ctx, state);
  if (ctx.input(1).order() != format::StorageOrder::Plain) return ctx.Unsupported("packed b for a %s", ctx.Describe(0));
  return ctx.ExpectSameType(1);
}

// Bytes from one matrix of b to the next.
size_t MatrixBytes(const MatMulState& s, const kernels::GemmF32& gemm, const TensorSlot& b) {
  const size_t w = gemm.panel_width, packed = (gemm.n + w - 1) / w * w * gemm.k;
  switch (s.layout) {
    case kernels::GemmB::kPanels: return packed * sizeof(float);
    case kernels::GemmB::kPanelsF16: return packed * sizeof(uint16_t);
    default: return static_cast<size_t>(b.rank() > 1 ? b.shape[b.rank() - 2] : 1) * gemm.b_stride * sizeof(float);
  }
}

void EvalF32(OpContext& ctx, const MatMulState& s) {
  const TensorSlot& y = ctx.output(0);
  const TensorSlot& b = ctx.input(1);
  kernels::GemmF32 all = GemmOf(ctx, s);
  all.bias = FloatsOrNull(ctx, 2);
  all.residual = FloatsOrNull(ctx, 3);
  // Where b has rank 1, y's last dimension is M, and N is 1.
  const bool column = b.rank() == 1;
  all.c_stride = column ? 1 : static_cast<size_t>(y.row_stride);
  if (all.residual != nullptr) all.residual_stride = column ? 1 : static_cast<size_t>(ctx.input(3).row_stride);
  all.activation = ToKernel(ctx.attrs<format::MatMul>()->activation());
  // A column's results are rows of y.
  const auto result_offset = [&](size_t product, int64_t stride) {
    const int64_t index = static_cast<int64_t>(product);
    return column ? index * stride : ResultOffset(s, index, stride);
  };
  const size_t b_bytes = MatrixBytes(s, all, b);
  const size_t b_columns = s.layout == kernels::GemmB::kTransposed ? all.k : all.n;
  ctx.Parallel(s.plan.tasks * static_cast<size_t>(s.batch), [&](size_t task, int thread) {
    kernels::GemmF32 gemm = all;
    const size_t product = task / s.plan.tasks;
    int64_t a_index, b_index;
    Locate(s, static_cast<int64_t>(product), &a_index, &b_index);
    const size_t head = product % static_cast<size_t>(s.heads);
    gemm.a = ctx.input(0).as<float>() + static_cast<size_t>(a_index) * all.m * all.a_stride + (s.a_heads ? head * all.k : 0);
    gemm.b = b.as<char>() + static_cast<size_t>(b_index) * b_bytes + (s.b_heads ? head * b_columns * sizeof(float) : 0);
    gemm.c = y.as<float>() + result_offset(product, y.row_stride);
    if (gemm.residual != nullptr) gemm.residual += result_offset(product, ctx.input(3).row_stride);
    RunGemmF32(gemm, s.plan, task % s.plan.tasks, static_cast<float*>(ctx.thread_scratch(thread)));
  });
}

// acc[j] += x * b[j] in the arithmetic of `kind`; integers wrap around.
void MultiplyAdd(WideKind kind, const Wide& x, const Wide* b, size_t n, Wide* acc) {
  for (size_t j = 0; j < n; ++j) {
    if (kind == WideKind::kReal) {
      acc[j].f += x.f * b[j].f;
    } else {
      acc[j].u += x.u * b[j].u;
    }
  }
}

void AddTo(WideKind kind, const Wide* b, size_t n, Wide* acc) {
  Wide one;
  if (kind == WideKind::kReal) {
    one.f = 1;
  } else {
    one.u = 1;
  }
  MultiplyAdd(kind, one, b, n, acc);
}

// Columns [j, j + n) of row i of product `index`, for any type.
void EvalWideBlock(OpContext& ctx, const MatMulState& s, int64_t index, int64_t i, int64_t j, size_t n) {
  const TensorSlot& a = ctx.input(0);
  const TensorSlot& b = ctx.input(1);
  const TensorSlot& y = ctx.output(0);
  const WideKind kind = WideKindOf(a.type);
  const bool column = b.rank() == 1, transposed = column || ctx.attrs<format::MatMul>()->transpose_b();
  int64_t a_index, b_index;
  Locate(s, index, &a_index, &b_index);
  const int64_t a_stride = a.rank() > 1 ? a.row_stride : s.k, b_stride = column ? s.k : b.row_stride;
  const int64_t head = index % s.heads;
  const int64_t a_first = (a_index * s.m + i) * a_stride + (s.a_heads ? head * s.k : 0);
  const int64_t b_first = b_index * (transposed ? s.n : s.k) * b_stride + (s.b_heads ? head * (transposed ? s.k : s.n) : 0);
  Wide acc[kWideBlock] = {}, block[kWideBlock], x;
  for (int64_t p = 0; p < s.k; ++p) {
    Widen(a.type, a.data, a_first + p, 1, kind, &x);
    if (transposed) {
      for (size_t c = 0; c < n; ++c) {
        Widen(b.type, b.data, b_first + (j + static_cast<int64_t>(c)) * b_stride + p, 1, kind, block + c);
      }
    } else {
      Widen(b.type, b.data, b_first + p * b_stride + j, n, kind, block);
    }
    MultiplyAdd(kind, x, block, n, acc);
  }
  if (ctx.has_input(2)) {
    Widen(ctx.input(2).type, ctx.input(2).data, j, n, kind, block);
    AddTo(kind, block, n, acc);
  }
  // With b of rank 1 rows of y are single elements of its last dimension.
  const auto result_at = [&](int64_t stride) {
    return column ? index * stride + i : ResultOffset(s, index, stride) + i * stride + j;
  };
  if (ctx.has_input(3)) {
    const TensorSlot& residual = ctx.input(3);
    Widen(residual.type, residual.data, result_at(residual.row_stride), n, kind, block);
    AddTo(kind, block, n, acc);
  }
  if (kind == WideKind::kReal) ApplyActivationWide(ToKernel(ctx.attrs<format::MatMul>()->activation()), n, acc);
  Narrow(y.type, acc, kind, result_at(y.row_stride), n, y.data);
}

void EvalWide(OpContext& ctx, const MatMulState& s) {
  ctx.Parallel(static_cast<size_t>(s.batch * s.m), [&](size_t row, int) {
    const int64_t index = static_cast<int64_t>(row) / s.m, i = static_cast<int64_t>(row) % s.m;
    for (int64_t j = 0; j < s.n; j += kWideBlock) {
      const int64_t left = s.n - j;
      EvalWideBlock(ctx, s, index, i, j, left < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(left) : kWideBlock);
    }
  });
}

Status Eval(OpContext& ctx) {
  const MatMulState& state = *ctx.state<MatMulState>();
  if (ctx.output(0).elements() == 0) return Status();
  if (ctx.input(0).type == ElementType::kFloat32) {
    EvalF32(ctx, state);
  } else {
    EvalWide(ctx, state);
  }
  return Status();
}

}  // namespace

const OpDef kMatMul = {format::OpCode::MatMul,
                       "MatMul",
                       format::OpAttrs::MatMul,
                       Prepare,
                       Eval,
                       kInPlace3 | kStridedInputs | kStridedOutputs | kPackedInputs};

}  // namespace linnet::ops
