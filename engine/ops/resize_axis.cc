#include "engine/ops/resize_axis.h"

#include <cmath>

namespace linnet::ops {
namespace {

using format::CoordinateMode;
using format::NearestMode;
using format::ResizeMode;

// The position in the input that output element `position` is at.
template <typename T>
T Original(CoordinateMode mode, const ResizeAxis& axis, int64_t position) {
  const T x = static_cast<T>(position), scale = static_cast<T>(axis.scale), length = static_cast<T>(axis.length);
  const T last = static_cast<T>(axis.in - 1), half = static_cast<T>(0.5);
  const T begin = static_cast<T>(axis.begin), end = static_cast<T>(axis.end);
  switch (mode) {
    case CoordinateMode::Asymmetric:
      return x / scale;
    case CoordinateMode::PytorchHalfPixel:
      return axis.out > 1 ? (x + half) / scale - half : 0;
    case CoordinateMode::AlignCorners:
      return length == 1 ? 0 : x * last / (length - 1);
    case CoordinateMode::TfCropAndResize:
      return length == 1 ? half * (begin + end) * last : begin * last + x * (end - begin) * last / (length - 1);
    case CoordinateMode::HalfPixelSymmetric: {
      const T center = static_cast<T>(axis.in) / 2;
      return center * (1 - static_cast<T>(axis.out) / length) + (x + half) / scale - half;
    }
    default:
      return (x + half) / scale - half;
  }
}

template <typename T>
bool IsOutside(const ResizeRule& rule, const ResizeAxis& axis, T x) {
  return rule.coordinate == CoordinateMode::TfCropAndResize && !(x >= 0 && x <= static_cast<T>(axis.in - 1));
}

int32_t Clamped(const ResizeAxis& axis, double index) {
  return static_cast<int32_t>(index < 0 ? 0 : index > static_cast<double>(axis.in - 1) ? axis.in - 1 : index);
}

double Nearest(NearestMode mode, float x) {
  const float below = std::floor(x), fraction = x - below;
  switch (mode) {
    case NearestMode::Floor:
      return below;
    case NearestMode::Ceil:
      return std::ceil(x);
    case NearestMode::RoundPreferCeil:
      return fraction < 0.5f ? below : below + 1;
    default:
      return fraction <= 0.5f ? below : below + 1;
  }
}

// Half the width of what an input element contributes to, at scale 1.
int SupportOf(ResizeMode mode) { return mode == ResizeMode::Cubic ? 2 : 1; }

// Narrower than 1 the scale spreads the weights, with antialias.
double SpreadOf(const ResizeRule& rule, const ResizeAxis& axis) {
  return rule.antialias && axis.scale < 1 ? axis.scale : 1;
}

// First tap, counted from the input position below the output's.
double FirstTap(const ResizeRule& rule, const ResizeAxis& axis) {
  return std::floor(-SupportOf(rule.mode) / SpreadOf(rule, axis)) + 1;
}

// Weight of an input element at distance d: a triangle, or Keys' cubic.
double WeightAt(const ResizeRule& rule, double d) {
  d = std::fabs(d);
  if (rule.mode == ResizeMode::Linear) return d < 1 ? 1 - d : 0;
  const double a = rule.cubic_a;
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

template <typename T>
void InterpolationTaps(const ResizeRule& rule, const ResizeAxis& axis, double x, int32_t* index, T* weight) {
  const double below = std::floor(x), first = below + FirstTap(rule, axis), spread = SpreadOf(rule, axis);
  const auto weight_of = [&](double tap) {
    if (rule.exclude_outside && (tap < 0 || tap > static_cast<double>(axis.in - 1))) return 0.0;
    return WeightAt(rule, (tap - x) * spread);
  };
  double sum = 1;
  if (rule.exclude_outside || spread != 1) {
    sum = 0;
    for (int64_t t = 0; t < axis.taps; ++t) sum += weight_of(first + static_cast<double>(t));
    if (sum == 0) sum = 1;
  }
  for (int64_t t = 0; t < axis.taps; ++t) {
    const double tap = first + static_cast<double>(t);
    index[t] = Clamped(axis, tap);
    weight[t] = static_cast<T>(weight_of(tap) / sum);
  }
}

template <typename T>
bool Taps(const ResizeRule& rule, const ResizeAxis& axis, int64_t position, int32_t* index, T* weight) {
  index[0] = static_cast<int32_t>(position);
  weight[0] = 1;
  if (!axis.resized) return true;
  if (rule.mode == ResizeMode::Nearest) {
    const float x = Original<float>(rule.coordinate, axis, position);
    const bool outside = IsOutside(rule, axis, x);
    index[0] = outside ? 0 : Clamped(axis, Nearest(rule.nearest, x));
    weight[0] = outside ? 0 : 1;
    return !outside;
  }
  const double x = Original<double>(rule.coordinate, axis, position);
  if (IsOutside(rule, axis, x)) {
    for (int64_t t = 0; t < axis.taps; ++t) index[t] = 0, weight[t] = 0;
    return false;
  }
  InterpolationTaps(rule, axis, std::fmin(std::fmax(x, -1), static_cast<double>(axis.in)), index, weight);
  return true;
}

}  // namespace

void SetTaps(const ResizeRule& rule, ResizeAxis* axis) {
  axis->taps = 1;
  if (!axis->resized || rule.mode == ResizeMode::Nearest) return;
  axis->taps = 2 - 2 * static_cast<int64_t>(FirstTap(rule, *axis));
}

bool ResizeTaps(const ResizeRule& rule, const ResizeAxis& axis, int64_t position, int32_t* index, float* weight) {
  return Taps(rule, axis, position, index, weight);
}
bool ResizeTaps(const ResizeRule& rule, const ResizeAxis& axis, int64_t position, int32_t* index, double* weight) {
  return Taps(rule, axis, position, index, weight);
}

}  // namespace linnet::ops
