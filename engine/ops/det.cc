// Det: the determinant of every matrix of x [..., m, m], by elimination with row pivots. Shape: y [...]. Floating-point
// types.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const TensorSlot& x = ctx.input(0);
  if (x.rank() < 2 || x.shape.back() != x.shape[x.rank() - 2]) {
    return ctx.Invalid("x is %s, expected square matrices", ctx.Describe(0));
  }
  Shape shape;
  for (int d = 0; d < x.rank() - 2; ++d) shape.Append(x.shape[d]);
  const size_t m = static_cast<size_t>(x.shape.back());
  ctx.RequestScratch(0, SaturatingMultiply(SaturatingMultiply(m, m), sizeof(double)));
  return ctx.SetOutput(0, x.type, shape);
}

// Of the m x m matrix a, which is overwritten.
double Determinant(double* a, int64_t m) {
  double result = 1;
  for (int64_t k = 0; k < m; ++k) {
    int64_t pivot = k;
    for (int64_t r = k + 1; r < m; ++r) {
      if (std::fabs(a[r * m + k]) > std::fabs(a[pivot * m + k])) pivot = r;
    }
    if (a[pivot * m + k] == 0) return 0;
    for (int64_t c = k; pivot != k && c < m; ++c) {
      const double moved = a[k * m + c];
      a[k * m + c] = a[pivot * m + c];
      a[pivot * m + c] = moved;
    }
    result *= pivot != k ? -a[k * m + k] : a[k * m + k];
    for (int64_t r = k + 1; r < m; ++r) {
      const double factor = a[r * m + k] / a[k * m + k];
      for (int64_t c = k + 1; c < m; ++c) a[r * m + c] -= factor * a[k * m + c];
    }
  }
  return result;
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const int64_t m = x.shape.back(), size = m * m;
  const bool whole_bytes = ElementBits(y.type) >= 8;
  ParallelRanges(ctx, y.elements(), whole_bytes ? x.elements() * m : 0, [&](int64_t first, int64_t last, int thread) {
    double* a = static_cast<double*>(ctx.thread_scratch(thread));
    for (int64_t i = first; i < last; ++i) {
      ForEachBlock(size, [&](int64_t start, size_t n) {
        for (size_t k = 0; k < n; ++k) a[static_cast<size_t>(start) + k] = 0;
        AddRow(x, i * size + start, 1, n, a + start);
      });
      const double determinant = Determinant(a, m);
      StoreRow(y, i, 1, &determinant);
    }
  });
  return Status();
}

}  // namespace

const OpDef kDet = {format::OpCode::Det, "Det", format::OpAttrs::NONE, Prepare, Eval};

}  // namespace linnet::ops
