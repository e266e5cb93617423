// MaxRoiPool: the maxima of the bins of regions of interest of x [n, h, w, c]. Inputs x, rois [rois, 5] of batch, x1,
// y1, x2, y2; output [rois, output_height, output_width, c]. Corners are rounded to whole pixels, which both count;
// bins overlap where they share a pixel. An empty bin is 0. Floating-point types.
#include <cmath>

#include "engine/ops/roi_common.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  return PrepareRois(ctx, 5);
}

struct Range {
  int64_t begin, end;
};

// Pixels of bin `bin` of `bins` between two corners.
Range PixelsOf(double first, double last, int64_t bin, int64_t bins, int64_t size, float scale) {
  const double start = std::round(Bounded(first * static_cast<double>(scale)));
  const double end = std::round(Bounded(last * static_cast<double>(scale)));
  const double width = (end - start + 1 > 1 ? end - start + 1 : 1) / static_cast<double>(bins);
  const auto clamp = [&](double at) {
    return static_cast<int64_t>(at < 0 ? 0 : at > static_cast<double>(size) ? static_cast<double>(size) : at);
  };
  return {clamp(std::floor(static_cast<double>(bin) * width) + start),
          clamp(std::ceil(static_cast<double>(bin + 1) * width) + start)};
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &rois = ctx.input(1), &y = ctx.output(0);
  const float scale = ctx.attrs<format::RoiPool>()->spatial_scale();
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3];
  for (int64_t i = 0; i < rois.shape[0]; ++i) {
    const double batch = RealAt(rois, i * 5);
    if (!(batch >= 0) || batch >= static_cast<double>(x.shape[0])) {
      return ctx.OutOfRange("region %lld is of picture %g of x %s", static_cast<long long>(i), batch, ctx.Describe(0));
    }
  }
  ForEachBin(ctx, [&](int64_t roi, int64_t bin_y, int64_t bin_x, int64_t first) {
    double roi_values[5];
    for (int64_t i = 0; i < 5; ++i) roi_values[i] = RealAt(rois, roi * 5 + i);
    const int64_t batch = static_cast<int64_t>(roi_values[0]);
    const Range rows = PixelsOf(roi_values[2], roi_values[4], bin_y, y.shape[1], h, scale);
    const Range columns = PixelsOf(roi_values[1], roi_values[3], bin_x, y.shape[2], w, scale);
    const bool empty = rows.begin >= rows.end || columns.begin >= columns.end;
    ForEachBlock(c, [&](int64_t channel, size_t n) {
      double most[kWideBlock];
      for (size_t i = 0; i < n; ++i) most[i] = empty ? 0 : -HUGE_VAL;
      for (int64_t row = rows.begin; row < rows.end; ++row) {
        for (int64_t column = columns.begin; column < columns.end; ++column) {
          double pixel[kWideBlock] = {};
          AddRow(x, ((batch * h + row) * w + column) * c + channel, 1, n, pixel);
          for (size_t i = 0; i < n; ++i) most[i] = pixel[i] > most[i] || pixel[i] != pixel[i] ? pixel[i] : most[i];
        }
      }
      StoreRow(y, first + channel, n, most);
    });
  });
  return Status();
}

}  // namespace

const OpDef kMaxRoiPool = {format::OpCode::MaxRoiPool, "MaxRoiPool", format::OpAttrs::RoiPool, Prepare, Eval};

}  // namespace linnet::ops
