// Multinomial: draws classes. x [n, classes] holds logarithms of their probabilities, which need not sum to 1; the
// output [n, sample_size] of int32 or int64 is classes. A row without any probability gives class 0.
#include <cmath>

#include "engine/ops/ops.h"
#include "engine/ops/random_common.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const auto& attrs = *ctx.attrs<format::Random>();
  const auto type = static_cast<ElementType>(attrs.type());
  const TensorSlot& x = ctx.input(0);
  if (type != ElementType::kInt32 && type != ElementType::kInt64) {
    return ctx.Unsupported("classes of type %s", ElementTypeName(type));
  }
  if (x.rank() != 2 || x.shape[1] == 0 || attrs.sample_size() < 0) {
    return ctx.Invalid("%d samples of %s, expected [n, classes]", attrs.sample_size(), ctx.Describe(0));
  }
  LINNET_RETURN_IF_ERROR(PrepareRandom(ctx, attrs));
  return ctx.SetOutput(0, type, {x.shape[0], attrs.sample_size()});
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  RandomStream& stream = *ctx.state<RandomStream>();
  const int64_t classes = x.shape[1], samples = y.shape[1];
  for (int64_t row = 0; row < x.shape[0]; ++row) {
    double most = -HUGE_VAL, sum = 0;
    for (int64_t c = 0; c < classes; ++c) most = std::fmax(most, RealAt(x, row * classes + c));
    const auto weight = [&](int64_t c) {
      const double value = std::exp(RealAt(x, row * classes + c) - most);
      return value == value ? value : 0;
    };
    for (int64_t c = 0; c < classes; ++c) sum += weight(c);
    for (int64_t i = 0; i < samples; ++i) {
      double left = stream.Uniform() * sum;
      Wide drawn;
      drawn.i = 0;
      for (int64_t c = 0; c < classes; ++c) {
        const double share = weight(c);
        if (share > 0) drawn.i = c;  // the last one there is, if rounding leaves something over
        if (share > left) break;
        left -= share;
      }
      Narrow(y.type, &drawn, WideKind::kSigned, row * samples + i, 1, y.data);
    }
  }
  return Status();
}

}  // namespace

const OpDef kMultinomial = {
    format::OpCode::Multinomial, "Multinomial", format::OpAttrs::Random, Prepare, Eval, kNotFoldable};

}  // namespace linnet::ops
