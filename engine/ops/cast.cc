// y = x as another element type; engine/widen.h says how (Narrow). All types but string and complex.
#include <cmath>
#include <cstring>

#include "engine/ops/elementwise_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kAllTypes));
  const auto to = static_cast<ElementType>(ctx.attrs<format::Cast>()->to());
  if (TypeMaskOf(to) == 0) return ctx.Unsupported("cast to element type %d", static_cast<int>(to));
  return ctx.SetOutput(0, to, ctx.input(0).shape);
}

void Copy(const void*, size_t n, const Wide* const* in, Wide* out) { std::memcpy(out, in[0], n * sizeof(Wide)); }

// float8e8m0 has powers of two only, and Narrow takes the one above. Down and Nearest choose another before it.
double PowerBelow(double x) {
  int exponent;
  if (!(x > 0) || x > 1e308) return x;
  std::frexp(x, &exponent);
  return std::ldexp(1.0, exponent - 1);
}
void RoundDown(const void*, size_t n, const Wide* const* in, Wide* out) {
  for (size_t i = 0; i < n; ++i) out[i].f = PowerBelow(in[0][i].f);
}
// Halfway between two powers lies 1.5 times the lower; it rounds up.
void RoundNearest(const void*, size_t n, const Wide* const* in, Wide* out) {
  for (size_t i = 0; i < n; ++i) {
    const double x = in[0][i].f, below = PowerBelow(x);
    out[i].f = x < 1.5 * below ? below : x;
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot* x = &ctx.input(0);
  const auto* attrs = ctx.attrs<format::Cast>();
  const bool to_powers = ctx.output(0).type == ElementType::kFloat8E8M0;
  const WideKind kind = to_powers ? WideKind::kReal : WideKindOf(x->type);
  WideFunction function = {Copy, nullptr, 1, {kind}, kind};
  function.saturate = attrs->saturate();
  if (to_powers && attrs->round_mode() == format::RoundMode::Down) function.compute = RoundDown;
  if (to_powers && attrs->round_mode() == format::RoundMode::Nearest) function.compute = RoundNearest;
  RunWide(ctx, function, &x, ctx.output(0));
  return Status();
}

}  // namespace

const OpDef kCast = {
    format::OpCode::Cast, "Cast", format::OpAttrs::Cast, Prepare, Eval, kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
