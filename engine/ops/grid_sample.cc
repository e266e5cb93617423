// GridSample: values of x [n, spatial..., c] at the places of grid [n, out..., r], r being the number of spatial
// dimensions; y [n, out..., c]. Places are normalised, -1 to 1 from one border to the other, innermost dimension first;
// the borders are the centres of the outermost pixels with align_corners, else their outer edges. Places outside are 0,
// or the nearest border, or reflected there. Nearest takes halves to even; cubic is Catmull-Rom's with a = -0.75. NaN
// in the grid counts as -1. All types but bool; integers are truncated.
#include <cmath>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {
namespace {

constexpr int kMaxSpatial = 3;
constexpr int kMaxTaps = 4;  // in one dimension

// The pixels along one dimension that a value is made of; index -1: outside, 0.
struct Taps {
  int count;
  int64_t index[kMaxTaps];
  double weight[kMaxTaps];
};

double Reflect(double at, double low, double high) {
  const double range = high - low;
  if (!(range > 0)) return low;
  const double beyond = at < low ? low - at : at > high ? at - high : 0;
  if (beyond == 0) return at;
  const double turns = std::floor(beyond / range), rest = beyond - turns * range;
  const bool even = std::fmod(turns, 2) == 0;
  return (at < low) == even ? low + rest : high - rest;
}

double Clamp(double at, double low, double high) { return at < low ? low : at > high ? high : at; }

struct Rule {
  format::ResizeMode mode;
  format::GridPadding padding;
  bool align_corners;

  // Pixel `index` as one of [0, size); -1: outside.
  int64_t Inside(double index, int64_t size) const {
    const double last = static_cast<double>(size - 1);
    if (padding == format::GridPadding::Border) index = Clamp(index, 0, last);
    if (padding == format::GridPadding::Reflection) {
      index = align_corners ? Reflect(index, 0, last) : Clamp(Reflect(index, -0.5, last + 0.5), 0, last);
    }
    return index >= 0 && index <= last ? static_cast<int64_t>(index) : -1;
  }
};

void CubicWeights(double t, double* weight) {
  constexpr double kA = -0.75;
  const auto near = [](double d) { return ((kA + 2) * d - (kA + 3)) * d * d + 1; };
  const auto far = [](double d) { return ((kA * d - 5 * kA) * d + 8 * kA) * d - 4 * kA; };
  weight[0] = far(t + 1);
  weight[1] = near(t);
  weight[2] = near(1 - t);
  weight[3] = far(2 - t);
}

// `place`: normalised.
Taps TapsAt(const Rule& rule, double place, int64_t size) {
  const double last = static_cast<double>(size - 1);
  const double low = rule.align_corners ? 0 : -0.5, high = rule.align_corners ? last : last + 0.5;
  if (place != place) place = -1;
  double at = Clamp(low + (place + 1) / 2 * (high - low), -1e9, 1e9);
  if (rule.mode == format::ResizeMode::Nearest) at = std::nearbyint(at);
  if (at < low || at > high) {
    if (rule.padding == format::GridPadding::Border) at = Clamp(at, 0, last);
    if (rule.padding == format::GridPadding::Reflection) at = Reflect(at, low, high);
  }
  Taps taps = {1, {}, {1}};
  if (rule.mode == format::ResizeMode::Nearest) {
    taps.index[0] = rule.Inside(std::nearbyint(at), size);
    return taps;
  }
  const double floor = std::floor(at), t = at - floor;
  const bool cubic = rule.mode == format::ResizeMode::Cubic;
  taps.count = cubic ? 4 : 2;
  for (int i = 0; i < taps.count; ++i) taps.index[i] = rule.Inside(floor + i - (cubic ? 1 : 0), size);
  if (cubic) {
    CubicWeights(t, taps.weight);
  } else {
    taps.weight[0] = 1 - t;
    taps.weight[1] = t;
  }
  return taps;
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 1, kReals));
  const TensorSlot &x = ctx.input(0), &grid = ctx.input(1);
  const int spatial = x.rank() - 2;
  if (spatial < 1 || spatial > kMaxSpatial) {
    return ctx.Unsupported("x is %s, expected 1 to %d spatial dimensions", ctx.Describe(0), kMaxSpatial);
  }
  if (grid.rank() != x.rank() || grid.shape.back() != spatial || grid.shape[0] != x.shape[0]) {
    return ctx.Invalid("grid %s for x %s", ctx.Describe(1), ctx.Describe(0, 1));
  }
  Shape shape = grid.shape;
  shape[spatial + 1] = x.shape.back();
  for (int d = 1; d <= spatial; ++d) {
    if (x.shape[d] == 0 && shape.elements() > 0) return ctx.Invalid("x is %s, without pixels", ctx.Describe(0));
  }
  return ctx.SetOutput(0, x.type, shape);
}

// Adds the combinations of the taps of all dimensions, those of dimension `d` on.
void AddTaps(const TensorSlot& x, const Taps* taps, int d, int64_t pixel, double weight, int64_t channel, size_t n,
             double* sum) {
  if (d == x.rank() - 2) return AddRow(x, pixel * x.shape.back() + channel, weight, n, sum);
  for (int i = 0; i < taps[d].count; ++i) {
    if (taps[d].index[i] < 0) continue;
    AddTaps(x, taps, d + 1, pixel * x.shape[d + 1] + taps[d].index[i], weight * taps[d].weight[i], channel, n, sum);
  }
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &grid = ctx.input(1), &y = ctx.output(0);
  const auto* attrs = ctx.attrs<format::GridSample>();
  const Rule rule = {attrs->mode(), attrs->padding(), attrs->align_corners()};
  const int spatial = x.rank() - 2;
  const int64_t c = x.shape.back();
  if (y.elements() == 0) return Status();
  const int64_t places = y.elements() / c, per_picture = places / y.shape[0];
  const int64_t bytes = ElementBits(y.type) >= 8 ? y.elements() * 16 : 0;
  ParallelRanges(ctx, places, bytes, [&](int64_t first, int64_t last, int) {
    for (int64_t i = first; i < last; ++i) {
      Taps taps[kMaxSpatial];
      for (int d = 0; d < spatial; ++d) {
        taps[d] = TapsAt(rule, RealAt(grid, i * spatial + spatial - 1 - d), x.shape[d + 1]);
      }
      ForEachBlock(c, [&](int64_t channel, size_t n) {
        double sum[kWideBlock] = {};
        AddTaps(x, taps, 0, i / per_picture, 1, channel, n, sum);
        StoreRow(y, i * c + channel, n, sum);
      });
    }
  });
  return Status();
}

}  // namespace

const OpDef kGridSample = {format::OpCode::GridSample, "GridSample", format::OpAttrs::GridSample, Prepare, Eval};

}  // namespace linnet::ops
