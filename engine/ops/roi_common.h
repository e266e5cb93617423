// What RoiAlign and MaxRoiPool share: shapes and the loop over regions of interest.
#ifndef LINNET_ENGINE_OPS_ROI_COMMON_H_
#define LINNET_ENGINE_OPS_ROI_COMMON_H_

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {

// For Prepare: x [n, h, w, c], rois [rois, columns] -> [rois, output_height, output_width, c].
inline Status PrepareRois(OpContext& ctx, int64_t columns) {
  const auto* attrs = ctx.attrs<format::RoiPool>();
  const TensorSlot &x = ctx.input(0), &rois = ctx.input(1);
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(1));
  if (x.rank() != 4 || rois.rank() != 2 || rois.shape[1] != columns) {
    return ctx.Invalid("x is %s and the regions are %s, expected [n, h, w, c] and [regions, %lld]", ctx.Describe(0),
                       ctx.Describe(1, 1), static_cast<long long>(columns));
  }
  if (attrs->output_height() < 1 || attrs->output_width() < 1) {
    return ctx.Invalid("the output has %d x %d bins", attrs->output_height(), attrs->output_width());
  }
  if (x.shape[1] == 0 || x.shape[2] == 0) return ctx.Invalid("x is %s, without pixels", ctx.Describe(0));
  return ctx.SetOutput(0, x.type, {rois.shape[0], attrs->output_height(), attrs->output_width(), x.shape[3]});
}

// Calls body(roi, bin_y, bin_x, first), first being the element of y where the bin's channels begin.
template <typename Body>
void ForEachBin(OpContext& ctx, const Body& body) {
  const TensorSlot& y = ctx.output(0);
  const int64_t h = y.shape[1], w = y.shape[2], c = y.shape[3], bins = y.shape[0] * h * w;
  const int64_t bytes = ElementBits(y.type) >= 8 ? y.elements() * 16 : 0;
  ParallelRanges(ctx, bins, bytes, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) body(i / (h * w), i / w % h, i % w, i * c);
  });
}

// Where a region's coordinates cannot be places of pixels (NaN, infinity, far outside), all that counts is that they
// stay numbers that can be converted.
inline double Bounded(double value) {
  constexpr double kMost = 1e6;
  return value > kMost ? kMost : value > -kMost ? value : value <= -kMost ? -kMost : 0;
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_ROI_COMMON_H_
