// MelWeightMatrix: triangles that turn the bins of a spectrum into bands of the mel scale, mel(f) = 2595 log10(1 + f /
// 700): [dft_length / 2 + 1, num_mel_bins]. Inputs num_mel_bins, dft_length, sample_rate, lower_edge_hertz,
// upper_edge_hertz: scalars. Of the type that the attribute `to` names.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

struct Scale {
  double bands, length, rate, lower, upper;
};

Status ReadScale(OpContext& ctx, Scale* scale) {
  double* const values[] = {&scale->bands, &scale->length, &scale->rate, &scale->lower, &scale->upper};
  for (int i = 0; i < 5; ++i) LINNET_RETURN_IF_ERROR(ctx.ReadScalar(i, values[i]));
  const bool sane = scale->bands >= 0 && scale->bands < 1e6 && scale->length > 0 && scale->length < 1e9 &&
                    scale->rate > 0 && scale->lower >= 0 && scale->upper >= scale->lower && scale->upper <= scale->rate;
  if (sane) return Status();
  return ctx.Invalid("%g bands from %g to %g Hz of %g bins at %g samples per second", scale->bands, scale->lower,
                     scale->upper, scale->length, scale->rate);
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/5, /*outputs=*/1));
  const auto type = static_cast<ElementType>(ctx.attrs<format::Cast>()->to());
  if ((TypeMaskOf(type) & kNumbers) == 0 || ElementBits(type) < 8) {
    return ctx.Unsupported("a matrix of type %s", ElementTypeName(type));
  }
  Scale* scale = ctx.NewState<Scale>();
  if (scale == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, scale));
  return ctx.SetOutput(0, type, {static_cast<int64_t>(scale->length) / 2 + 1, static_cast<int64_t>(scale->bands)});
}

// The bin where band edge `i` lies.
int64_t BinOf(const Scale& scale, int64_t i) {
  const double low = 2595 * std::log10(1 + scale.lower / 700), high = 2595 * std::log10(1 + scale.upper / 700);
  const double mel = low + static_cast<double>(i) * ((high - low) / (scale.bands + 2));
  const double hertz = 700 * (std::pow(10, mel / 2595) - 1);
  return static_cast<int64_t>(std::floor((std::floor(scale.length) + 1) * hertz / scale.rate));
}

Status Eval(OpContext& ctx) {
  const TensorSlot& y = ctx.output(0);
  const Scale& scale = *ctx.state<Scale>();
  const int64_t bins = y.shape[0], bands = y.shape[1];
  for (int64_t band = 0; band < bands; ++band) {
    const int64_t left = BinOf(scale, band), center = BinOf(scale, band + 1), right = BinOf(scale, band + 2);
    for (int64_t bin = 0; bin < bins; ++bin) {
      double weight = 0;
      if (bin >= left && bin <= center) {
        weight = left == center ? 1 : static_cast<double>(bin - left) / static_cast<double>(center - left);
      }
      if (bin >= center && bin < right) weight = static_cast<double>(right - bin) / static_cast<double>(right - center);
      StoreRow(y, bin * bands + band, 1, &weight);
    }
  }
  return Status();
}

}  // namespace

const OpDef kMelWeightMatrix = {format::OpCode::MelWeightMatrix, "MelWeightMatrix", format::OpAttrs::Cast, Prepare,
                                Eval};

}  // namespace linnet::ops
