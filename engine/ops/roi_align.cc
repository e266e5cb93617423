// RoiAlign: pools regions of interest of x [n, h, w, c]. Inputs x, rois [rois, 4] of x1, y1, x2, y2, batch indices
// [rois]; output [rois, output_height, output_width, c]. A bin is the mean of bilinear samples at the centres of a grid
// in it, of sampling_ratio^2 cells, or with 0 of cells about a pixel wide; with `max`, the largest of the four weighted
// pixels of any of its samples (as ONNX Runtime has it). Samples more than a pixel outside are 0. Floating-point types.
#include <cmath>

#include "engine/ops/roi_common.h"

namespace linnet::ops {
namespace {

// Samples of a bin along one axis: for each the two pixels and the weight of the second, or outside.
struct Sample {
  int64_t low, high;
  double weight;
  bool inside;
};

Sample SampleAt(double at, int64_t size) {
  if (!(at >= -1) || at > static_cast<double>(size)) return {0, 0, 0, false};
  if (at < 0) at = 0;
  const int64_t low = static_cast<int64_t>(at);
  if (low >= size - 1) return {size - 1, size - 1, 0, true};
  return {low, low + 1, at - static_cast<double>(low), true};
}

// One axis of a region: bins of `size`, each with `count` samples.
struct RoiAxis {
  double start, size;
  int64_t count;
};

RoiAxis AxisOf(double begin, double end, int bins, const format::RoiPool& attrs) {
  const double scale = static_cast<double>(attrs.spatial_scale()), offset = attrs.half_pixel() ? 0.5 : 0;
  const double start = Bounded(begin * scale - offset);
  double extent = Bounded(end * scale - offset) - start;
  if (!attrs.half_pixel() && extent < 1) extent = 1;
  const double size = extent / bins;
  // A grid of more cells than this is no picture's; it bounds the work that a damaged region can ask for.
  constexpr double kMostSamples = 4096;
  const double cells = attrs.sampling_ratio() > 0 ? attrs.sampling_ratio() : std::ceil(size);
  return {start, size, static_cast<int64_t>(cells < 0 ? 0 : cells > kMostSamples ? kMostSamples : cells)};
}

Sample SampleOf(const RoiAxis& axis, int64_t bin, int64_t i, int64_t pixels) {
  const double at = axis.start + static_cast<double>(bin) * axis.size +
                    (static_cast<double>(i) + 0.5) * axis.size / static_cast<double>(axis.count);
  return SampleAt(at, pixels);
}

// result[i] = max(result[i], weight * x[first + i])
void MaxRow(const TensorSlot& x, int64_t first, double weight, size_t n, double* result) {
  double row[kWideBlock] = {};
  AddRow(x, first, weight, n, row);
  for (size_t i = 0; i < n; ++i) result[i] = row[i] > result[i] || row[i] != row[i] ? row[i] : result[i];
}

struct Bin {
  RoiAxis y, x;
  int64_t bin_y, bin_x, batch;
};

void ReduceBin(const TensorSlot& x, const Bin& bin, bool max, int64_t channel, size_t n, double* result) {
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3], samples = bin.y.count * bin.x.count;
  const double share = samples > 0 ? 1.0 / static_cast<double>(samples) : 1;
  for (size_t i = 0; i < n; ++i) result[i] = max && samples > 0 ? -HUGE_VAL : 0;
  for (int64_t iy = 0; iy < bin.y.count; ++iy) {
    const Sample sy = SampleOf(bin.y, bin.bin_y, iy, h);
    for (int64_t ix = 0; ix < bin.x.count; ++ix) {
      const Sample sx = SampleOf(bin.x, bin.bin_x, ix, w);
      const bool inside = sy.inside && sx.inside;
      if (!inside && !max) continue;
      for (int corner = 0; corner < 4; ++corner) {
        const bool bottom = corner >= 2, right = corner % 2 == 1;
        const int64_t row = bottom ? sy.high : sy.low, column = right ? sx.high : sx.low;
        const double weight = (bottom ? sy.weight : 1 - sy.weight) * (right ? sx.weight : 1 - sx.weight);
        const int64_t first = ((bin.batch * h + row) * w + column) * c + channel;
        if (max) {
          MaxRow(x, inside ? first : bin.batch * h * w * c + channel, inside ? weight : 0, n, result);
        } else {
          AddRow(x, first, weight * share, n, result);
        }
      }
    }
  }
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(PrepareRois(ctx, 4));
  LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 2));
  if (ctx.input(2).rank() != 1 || ctx.input(2).elements() != ctx.input(1).shape[0]) {
    return ctx.Invalid("batch indices %s for regions %s", ctx.Describe(2), ctx.Describe(1, 1));
  }
  return Status();
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &rois = ctx.input(1), &batches = ctx.input(2), &y = ctx.output(0);
  const auto& attrs = *ctx.attrs<format::RoiPool>();
  for (int64_t i = 0; i < batches.elements(); ++i) {
    const int64_t batch = IndexAt(batches, i);
    if (batch < 0 || batch >= x.shape[0]) {
      return ctx.OutOfRange("batch index %lld of x %s", static_cast<long long>(batch), ctx.Describe(0));
    }
  }
  ForEachBin(ctx, [&](int64_t roi, int64_t bin_y, int64_t bin_x, int64_t first) {
    double corner[4];
    for (int64_t i = 0; i < 4; ++i) corner[i] = RealAt(rois, roi * 4 + i);
    const Bin bin = {AxisOf(corner[1], corner[3], attrs.output_height(), attrs),
                     AxisOf(corner[0], corner[2], attrs.output_width(), attrs), bin_y, bin_x, IndexAt(batches, roi)};
    ForEachBlock(x.shape[3], [&](int64_t channel, size_t n) {
      double result[kWideBlock];
      ReduceBin(x, bin, attrs.max(), channel, n, result);
      StoreRow(y, first + channel, n, result);
    });
  });
  return Status();
}

}  // namespace

const OpDef kRoiAlign = {format::OpCode::RoiAlign, "RoiAlign", format::OpAttrs::RoiPool, Prepare, Eval};

}  // namespace linnet::ops
