#include "converter/quantizer/ranges.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace linnet::converter {
namespace {

constexpr int kLevels = 256;
constexpr double kPercentile = 0.9999;

using Cost = double (*)(const Histogram&, const Range&);

// The least cost, of one end at a time: first hi moves towards zero, then lo, then both once more.
Range Shrink(const Histogram& histogram, Cost cost) {
  constexpr int kSteps = 64, kRounds = 2;
  const Range whole = {histogram.lo(), histogram.hi()};
  Range best = whole;
  double least = cost(histogram, best);
  for (int round = 0; round < kRounds; ++round) {
    for (bool upper : {true, false}) {
      if ((upper ? whole.hi : whole.lo) == 0) continue;
      Range candidate = best;
      for (int step = 1; step < kSteps; ++step) {
        const float fraction = static_cast<float>(step) / kSteps;
        (upper ? candidate.hi : candidate.lo) = (upper ? whole.hi : whole.lo) * fraction;
        const double found = cost(histogram, candidate);
        if (found >= least) continue;
        least = found;
        best = candidate;
      }
    }
  }
  return best;
}

Range PercentileRange(const Histogram& histogram) {
  const double outside = (1 - kPercentile) * static_cast<double>(histogram.total() + histogram.zeros());
  Range range = {histogram.lo(), histogram.hi()};
  double passed = 0;
  for (int bin = Histogram::kBins - 1; bin >= 0 && histogram.center(bin) > 0; --bin) {
    passed += static_cast<double>(histogram.count(bin));
    if (passed > outside) break;
    range.hi = static_cast<float>(std::max(0.0, histogram.center(bin) - histogram.bin_width() / 2));
  }
  passed = 0;
  for (int bin = 0; bin < Histogram::kBins && histogram.center(bin) < 0; ++bin) {
    passed += static_cast<double>(histogram.count(bin));
    if (passed > outside) break;
    range.lo = static_cast<float>(std::min(0.0, histogram.center(bin) + histogram.bin_width() / 2));
  }
  // So few values that all of them were outside.
  return range.lo < range.hi ? range : Range{histogram.lo(), histogram.hi()};
}

}  // namespace

const char* RangeMethodName(RangeMethod method) {
  switch (method) {
    case RangeMethod::kAuto: return "auto";
    case RangeMethod::kMinMax: return "minmax";
    case RangeMethod::kPercentile: return "percentile";
    case RangeMethod::kEntropy: return "entropy";
    case RangeMethod::kMse: return "mse";
  }
  return "";
}

AffineInt8 QuantizationOf(const Range& range) {
  AffineInt8 result;
  result.scale = std::max((range.hi - range.lo) / (kLevels - 1), FLT_MIN);
  const float zero_point = std::nearbyint(-128 - range.lo / result.scale);
  result.zero_point = static_cast<int>(std::min(std::max(zero_point, -128.0f), 127.0f));
  return result;
}

Range RangeOf(const AffineInt8& quantization) {
  return {static_cast<float>(-128 - quantization.zero_point) * quantization.scale,
          static_cast<float>(127 - quantization.zero_point) * quantization.scale};
}

Range ChooseRange(const Histogram& histogram, RangeMethod method) {
  switch (method) {
    case RangeMethod::kPercentile: return PercentileRange(histogram);
    case RangeMethod::kEntropy: return Shrink(histogram, Divergence);
    case RangeMethod::kMse: return Shrink(histogram, MeanSquaredError);
    default: return {histogram.lo(), histogram.hi()};
  }
}

double MeanSquaredError(const Histogram& histogram, const Range& range) {
  const double step = (static_cast<double>(range.hi) - range.lo) / (kLevels - 1);
  if (!(step > 0)) return HUGE_VAL;
  // Inside, the error is spread evenly over a step.
  const double inside = step * step / 12;
  double sum = 0;
  for (int bin = 0; bin < Histogram::kBins; ++bin) {
    if (histogram.count(bin) == 0) continue;
    const double x = histogram.center(bin), beyond = std::max({range.lo - x, x - range.hi, 0.0});
    sum += static_cast<double>(histogram.count(bin)) * (beyond > 0 ? beyond * beyond : inside);
  }
  return sum / static_cast<double>(histogram.total() + histogram.zeros());
}

double Divergence(const Histogram& histogram, const Range& range) {
  const int first = histogram.BinFrom(range.lo), last = histogram.BinFrom(range.hi);
  if (last - first < kLevels / 2) return HUGE_VAL;
  // p: what is inside, with all that is outside in the bins at the ends. q: p without the outside, averaged over the
  // occupied bins of each step.
  std::vector<double> p(static_cast<size_t>(last - first));
  double below = 0, above = 0;
  for (int bin = 0; bin < Histogram::kBins; ++bin) {
    const double count = static_cast<double>(histogram.count(bin));
    if (bin < first) below += count;
    else if (bin >= last) above += count;
    else p[static_cast<size_t>(bin - first)] = count;
  }
  std::vector<double> q(p.size(), 0);
  double inside = 0;
  for (int level = 0; level < kLevels; ++level) {
    const size_t begin = p.size() * static_cast<size_t>(level) / kLevels;
    const size_t end = p.size() * static_cast<size_t>(level + 1) / kLevels;
    double sum = 0, occupied = 0;
    for (size_t i = begin; i < end; ++i) {
      sum += p[i];
      occupied += p[i] > 0;
    }
    for (size_t i = begin; i < end; ++i) q[i] = p[i] > 0 ? sum / occupied : 0;
    inside += sum;
  }
  if (inside == 0) return HUGE_VAL;
  p.front() += below;
  p.back() += above;
  const double total = inside + below + above;
  constexpr double kLeast = 1e-9;  // for bins that only the outside fills
  double divergence = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    if (p[i] == 0) continue;
    divergence += p[i] / total * std::log(p[i] / total / std::max(q[i] / inside, kLeast));
  }
  return divergence;
}

double Saturation(const Histogram& histogram, const Range& range) {
  double outside = 0;
  for (int bin = 0; bin < Histogram::kBins; ++bin) {
    const double x = histogram.center(bin);
    if (x < range.lo || x > range.hi) outside += static_cast<double>(histogram.count(bin));
  }
  const double all = static_cast<double>(histogram.total() + histogram.zeros());
  return all > 0 ? outside / all : 0;
}

}  // namespace linnet::converter
