// y = (x - mean) / sqrt(variance + epsilon) * scale + bias over the dimensions from the axis on. Inputs x int8, scale
// float32, bias float32?, the latter two with one number for each element of a row; y int8. Sums are exact; mean and
// factor of a row are computed in double. See kernels/int8.md.
#include <cmath>

#include "engine/broadcast.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_tensor.h"
#include "kernels/norm_i8.h"
#include "kernels/pool_i8.h"

namespace linnet::ops {
namespace {

constexpr int64_t kLongestRow = 1 << 23;  // beyond, the square of a sum could overflow 64 bits

struct Rows {
  int64_t count, n;
};

Rows RowsOf(OpContext& ctx) {
  const Shape& x = ctx.input(0).shape;
  const int given = ctx.attrs<format::Norm>()->axis(), axis = given < 0 ? given + x.rank() : given;
  return {x.Product(0, axis), x.Product(axis, x.rank())};
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  const auto* attrs = ctx.attrs<format::Norm>();
  const TensorSlot& x = ctx.input(0);
  int axis;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), x.rank(), &axis));
  const int64_t n = RowsOf(ctx).n;
  if (n > kLongestRow) return ctx.Unsupported("x is %s: rows are too long", ctx.Describe(0));
  for (int i = 1; i < 3; ++i) {
    if (!ctx.has_input(i)) continue;
    LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kFloat32));
    if (ctx.input(i).elements() != n) {
      return ctx.Invalid("input %d is %s, expected %lld numbers", i, ctx.Describe(i), static_cast<long long>(n));
    }
  }
  if (!(attrs->epsilon() >= 0)) return ctx.Invalid("epsilon is %g", static_cast<double>(attrs->epsilon()));
  if (attrs->activation() != nullptr && attrs->activation()->kind() != format::ActivationKind::None) {
    return ctx.Unsupported("a quantised norm has no fused activation");
  }
  Affine affine;
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, x, &affine));
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &affine));
  ctx.RequestScratch(2 * static_cast<size_t>(n) * sizeof(float), 0);
  return ctx.SetOutput(0, ElementType::kInt8, x.shape);
}

// Input i in units of y's scale, in scratch; null where it is left out.
const float* InUnitsOf(OpContext& ctx, int i, int64_t n, float scale_y) {
  if (!ctx.has_input(i)) return nullptr;
  const float* from = ctx.input(i).as<float>();
  float* to = static_cast<float*>(ctx.shared_scratch()) + (i - 1) * n;
  for (int64_t j = 0; j < n; ++j) to[j] = from[j] / scale_y;
  return to;
}

// Of a row in quantised units: the zero point of x cancels.
void SetMoments(const kernels::SumsI8& sums, int64_t n, double scale_x, double epsilon, kernels::NormalizeI8* norm) {
  const double count = static_cast<double>(n);
  const double deviations = static_cast<double>(n * sums.squares - sums.sum * sums.sum);
  const double variance = deviations / (count * count) * (scale_x * scale_x);
  norm->mean = static_cast<float>(static_cast<double>(sums.sum) / count);
  norm->factor = static_cast<float>(scale_x / std::sqrt(variance + epsilon));
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Rows rows = RowsOf(ctx);
  if (x.elements() == 0) return Status();
  const Affine to = AffineOf(y);
  const double scale_x = static_cast<double>(AffineOf(x).scale);
  const double epsilon = static_cast<double>(ctx.attrs<format::Norm>()->epsilon());
  const float* scale = InUnitsOf(ctx, 1, rows.n, to.scale);
  const float* shift = InUnitsOf(ctx, 2, rows.n, to.scale);
  const auto run = [&](size_t row, int) {
    const int64_t first = static_cast<int64_t>(row) * rows.n;
    const size_t n = static_cast<size_t>(rows.n);
    kernels::NormalizeI8 norm = {0, 0, scale, shift, to.zero_point};
    SetMoments(kernels::SumRowI8(n, x.as<int8_t>() + first), rows.n, scale_x, epsilon, &norm);
    kernels::NormalizeRowI8(norm, n, x.as<int8_t>() + first, y.as<int8_t>() + first);
  };
  if (ctx.threads() > 1 && x.elements() >= kParallelElements) {
    ctx.Parallel(static_cast<size_t>(rows.count), run);
  } else {
    for (int64_t row = 0; row < rows.count; ++row) run(static_cast<size_t>(row), 0);
  }
  return Status();
}

}  // namespace

const OpDef kQLayerNorm = {format::OpCode::QLayerNorm, "QLayerNorm", format::OpAttrs::Norm, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
