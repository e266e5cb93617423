// RandomUniform: numbers evenly spread over [low, high), of the shape that input 0 holds. Floating-point types.
#include "engine/ops/ops.h"
#include "engine/ops/random_common.h"

namespace linnet::ops {
namespace {

double Draw(RandomStream& stream, const format::Random& attrs) {
  const double low = static_cast<double>(attrs.a()), high = static_cast<double>(attrs.b());
  return low + (high - low) * stream.Uniform();
}

Status Eval(OpContext& ctx) { return FillRandom(ctx, Draw); }

}  // namespace

const OpDef kRandomUniform = {
    format::OpCode::RandomUniform, "RandomUniform", format::OpAttrs::Random, PrepareRandomShape, Eval, kNotFoldable};

}  // namespace linnet::ops
