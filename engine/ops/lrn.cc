// y[c] = x[c] / (bias + alpha / size * sum of x[j]^2)^beta along the axis, j from c - floor((size - 1) / 2) to
// c + ceil((size - 1) / 2) where there are elements. Floating-point types.
#include <cmath>

#include "engine/ops/slice_function.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Lrn>();
  if (attrs->size() < 1) return ctx.Invalid("size is %d, expected at least 1", attrs->size());
  return PrepareSlices(ctx, attrs->axis());
}

struct Params {
  size_t before, after;
  double scale, beta, bias;
};

// x^-beta; the exponent of AlexNet and GoogLeNet by square roots.
double PowerOf(double x, double beta) { return beta == 0.75 ? 1 / std::sqrt(x * std::sqrt(x)) : std::pow(x, -beta); }

void Compute(const void* params, size_t n, double* slice, double* squares) {
  const Params& p = *static_cast<const Params*>(params);
  for (size_t i = 0; i < n; ++i) squares[i] = slice[i] * slice[i];
  for (size_t i = 0; i < n; ++i) {
    const size_t first = i > p.before ? i - p.before : 0, last = n - i > p.after ? i + p.after : n - 1;
    double sum = 0;
    for (size_t j = first; j <= last; ++j) sum += squares[j];
    slice[i] *= PowerOf(p.bias + p.scale * sum, p.beta);
  }
}

Status Eval(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Lrn>();
  const size_t size = static_cast<size_t>(attrs->size());
  const Params params = {(size - 1) / 2, size / 2, static_cast<double>(attrs->alpha()) / static_cast<double>(size),
                         static_cast<double>(attrs->beta()), static_cast<double>(attrs->bias())};
  return EvalSlices(ctx, attrs->axis(), {Compute, &params});
}

}  // namespace

const OpDef kLrn = {format::OpCode::Lrn, "Lrn", format::OpAttrs::Lrn, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
