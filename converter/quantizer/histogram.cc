#include "converter/quantizer/histogram.h"

#include <algorithm>
#include <cmath>

namespace linnet::converter {

void Histogram::Add(const float* values, size_t n) {
  const float scale = static_cast<float>(1 / bin_width());
  for (size_t i = 0; i < n; ++i) {
    const float value = values[i];
    if (value == 0) {
      ++zeros_;
      continue;
    }
    const float bin = std::min(std::max((value - lo_) * scale, 0.0f), static_cast<float>(kBins - 1));
    ++counts_[static_cast<size_t>(bin)];
    ++total_;
  }
}

int Histogram::BinFrom(double value) const {
  const double bin = std::ceil((value - lo_) / bin_width() - 0.5);
  return static_cast<int>(std::min(std::max(bin, 0.0), static_cast<double>(kBins)));
}

}  // namespace linnet::converter
