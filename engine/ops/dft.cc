// Dft: y[k] = sum over i of x[i] exp(-2 pi j i k / n), along an axis of x [..., 1 or 2], whose last dimension is the
// real part, and the imaginary one where it is 2. Inputs x, n?, axis? (scalars; n is the size of the axis, and the axis
// the last but one, where they are left out). x is cut or filled with zeros to n. Output [..., 2]; with `inverse` the
// exponent is positive and the sum divided by n. `onesided`: of a real signal only the first n/2 + 1; inverse: x holds
// only those, and y [..., 1] is real. Floating-point types; computed in double, in time proportional to n and the sum
// of its prime factors.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/slices.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

struct Complex {
  double re, im;
};

Complex Multiply(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

// What Prepare finds out.
struct Plan {
  int axis;
  int64_t n;       // of the transform
  Complex* roots;  // exp(-+2 pi j i / n)
};

int64_t SmallestFactor(int64_t n) {
  for (int64_t p = 2; p * p <= n; ++p) {
    if (n % p == 0) return p;
  }
  return n;
}

// out[0, n) = transform of in[0], in[stride] ...; `roots` are those of n * stride. `spare` has room for the largest
// factor.
void Transform(int64_t n, const Complex* in, int64_t stride, const Complex* roots, Complex* out, Complex* spare) {
  if (n == 1) {
    out[0] = in[0];
    return;
  }
  const int64_t p = SmallestFactor(n), m = n / p, all = n * stride;
  for (int64_t q = 0; q < p; ++q) Transform(m, in + q * stride, stride * p, roots, out + q * m, spare);
  for (int64_t k = 0; k < m; ++k) {
    for (int64_t q = 0; q < p; ++q) spare[q] = Multiply(out[q * m + k], roots[q * k * stride]);
    for (int64_t j = 0; j < p; ++j) {
      Complex sum = spare[0];
      int64_t root = 0;  // q * j of p
      for (int64_t q = 1; q < p; ++q) {
        root += j;
        if (root >= p) root -= p;
        const Complex term = Multiply(spare[q], roots[root * (all / p)]);
        sum.re += term.re;
        sum.im += term.im;
      }
      out[j * m + k] = sum;
    }
  }
}

Status ReadPlan(OpContext& ctx, Plan* plan) {
  const auto* attrs = ctx.attrs<format::Dft>();
  const TensorSlot& x = ctx.input(0);
  double axis = -2, n = 0;
  if (ctx.has_input(2)) LINNET_RETURN_IF_ERROR(ctx.ReadScalar(2, &axis));
  if (!(axis >= -Shape::kMaxRank && axis <= Shape::kMaxRank)) return ctx.Invalid("axis %g", axis);
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(static_cast<int64_t>(axis), x.rank(), &plan->axis));
  if (plan->axis == x.rank() - 1) return ctx.Invalid("the axis is that of real and imaginary parts");
  const int64_t size = x.shape[plan->axis];
  plan->n = attrs->inverse() && attrs->onesided() ? 2 * (size - 1) : size;
  if (ctx.has_input(1)) {
    LINNET_RETURN_IF_ERROR(ctx.ReadScalar(1, &n));
    if (!(n >= 0 && n < 1e9)) return ctx.Invalid("the length is %g", n);
    plan->n = static_cast<int64_t>(n);
  }
  return plan->n > 0 ? Status() : ctx.Invalid("a transform of %lld values", static_cast<long long>(plan->n));
}

Status FillRoots(OpContext& ctx, Plan* plan) {
  const size_t n = static_cast<size_t>(plan->n);
  plan->roots = static_cast<Complex*>(ctx.AllocateMemory(SaturatingMultiply(n, sizeof(Complex))));
  if (plan->roots == nullptr) return ctx.OutOfMemory();
  constexpr double kPi = 3.14159265358979323846;
  const double step = (ctx.attrs<format::Dft>()->inverse() ? 2 : -2) * kPi / static_cast<double>(n);
  for (size_t i = 0; i < n; ++i) {
    plan->roots[i] = {std::cos(step * static_cast<double>(i)), std::sin(step * static_cast<double>(i))};
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const auto* attrs = ctx.attrs<format::Dft>();
  const TensorSlot& x = ctx.input(0);
  if (x.rank() < 2 || x.shape.back() < 1 || x.shape.back() > 2) {
    return ctx.Invalid("x is %s, expected a last dimension of 1 or 2", ctx.Describe(0));
  }
  if (attrs->onesided() && !attrs->inverse() && x.shape.back() == 2) {
    return ctx.Invalid("one side of the transform of complex numbers");
  }
  Plan* plan = ctx.NewState<Plan>();
  if (plan == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadPlan(ctx, plan));
  LINNET_RETURN_IF_ERROR(FillRoots(ctx, plan));
  Shape shape = x.shape;
  shape[plan->axis] = attrs->onesided() && !attrs->inverse() ? plan->n / 2 + 1 : plan->n;
  shape[x.rank() - 1] = attrs->onesided() && attrs->inverse() ? 1 : 2;
  ctx.RequestScratch(0, SaturatingMultiply(static_cast<size_t>(plan->n), 3 * sizeof(Complex)));
  return ctx.SetOutput(0, x.type, shape);
}

// Reads the slice that begins at `first` into in[0, n).
void ReadSlice(const TensorSlot& x, int64_t first, int64_t size, int64_t stride, int64_t n, bool mirror, Complex* in) {
  const int64_t parts = x.shape.back(), given = size < n ? size : n;
  for (int64_t i = 0; i < n; ++i) {
    in[i] = {0, 0};
    if (i >= given) continue;
    in[i].re = RealAt(x, (first + i * stride) * parts);
    if (parts == 2) in[i].im = RealAt(x, (first + i * stride) * parts + 1);
  }
  // The other half of a real signal's transform.
  for (int64_t i = n / 2 + 1; mirror && i < n; ++i) in[i] = {in[n - i].re, -in[n - i].im};
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const auto* attrs = ctx.attrs<format::Dft>();
  const Plan& plan = *ctx.state<Plan>();
  const int64_t n = plan.n, parts = y.shape.back(), size = x.shape[plan.axis], results = y.shape[plan.axis];
  const double scale = attrs->inverse() ? 1.0 / static_cast<double>(n) : 1;
  // Without the last dimension.
  const int64_t inner = x.shape.Product(plan.axis + 1, x.rank() - 1), outer = x.shape.Product(0, plan.axis);
  const int64_t bytes = ElementBits(y.type) >= 8 ? outer * inner * n * 64 : 0;
  ParallelRanges(ctx, outer * inner, bytes, [&](int64_t begin, int64_t end, int thread) {
    Complex* in = static_cast<Complex*>(ctx.thread_scratch(thread));
    Complex *out = in + n, *spare = out + n;
    for (int64_t slice = begin; slice < end; ++slice) {
      const int64_t o = slice / inner, i = slice % inner;
      ReadSlice(x, o * size * inner + i, size, inner, n, attrs->inverse() && attrs->onesided(), in);
      Transform(n, in, 1, plan.roots, out, spare);
      for (int64_t k = 0; k < results; ++k) {
        const double value[2] = {out[k].re * scale, out[k].im * scale};
        StoreRow(y, ((o * results + k) * inner + i) * parts, static_cast<size_t>(parts), value);
      }
    }
  });
  return Status();
}

}  // namespace

const OpDef kDft = {format::OpCode::Dft, "Dft", format::OpAttrs::Dft, Prepare, Eval};

}  // namespace linnet::ops
