// RandomNormal: normally distributed numbers of the given mean and scale, of the shape that input 0 holds: sqrt(-2 log
// u) cos(2 pi v) of two even numbers (Box, Muller). Floating-point types.
#include <cmath>

#include "engine/ops/ops.h"
#include "engine/ops/random_common.h"

namespace linnet::ops {
namespace {

double Draw(RandomStream& stream, const format::Random& attrs) {
  constexpr double kPi = 3.14159265358979323846;
  const double u = 1 - stream.Uniform(), v = stream.Uniform();  // u is not 0
  return static_cast<double>(attrs.a()) +
         static_cast<double>(attrs.b()) * std::sqrt(-2 * std::log(u)) * std::cos(2 * kPi * v);
}

Status Eval(OpContext& ctx) { return FillRandom(ctx, Draw); }

}  // namespace

const OpDef kRandomNormal = {format::OpCode::RandomNormal, "RandomNormal", format::OpAttrs::Random,
                             PrepareRandomShape,           Eval,           kNotFoldable};

}  // namespace linnet::ops
