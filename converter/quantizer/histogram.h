// How often a tensor takes which values: what ranges are chosen from.
#ifndef LINNET_CONVERTER_QUANTIZER_HISTOGRAM_H_
#define LINNET_CONVERTER_QUANTIZER_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace linnet::converter {

// Counts of finite values in kBins bins of equal width over [lo, hi], which holds zero. Exact zeros are counted apart:
// every range represents them exactly, and after a Relu they are half of all values.
class Histogram {
 public:
  static constexpr int kBins = 2048;

  Histogram() = default;
  // REQUIRES: lo <= 0 <= hi, lo < hi.
  Histogram(float lo, float hi) : lo_(lo), hi_(hi), counts_(kBins, 0) {}

  // Values outside of [lo, hi] count into the first or last bin.
  void Add(const float* values, size_t n);

  float lo() const { return lo_; }
  float hi() const { return hi_; }
  double bin_width() const { return (static_cast<double>(hi_) - lo_) / kBins; }
  // The value at the middle of the bin.
  double center(int bin) const { return lo_ + (bin + 0.5) * bin_width(); }
  uint64_t count(int bin) const { return counts_[static_cast<size_t>(bin)]; }
  uint64_t total() const { return total_; }  // zeros left out
  uint64_t zeros() const { return zeros_; }
  // The first bin whose middle is not below the value, from 0 to kBins.
  int BinFrom(double value) const;

 private:
  float lo_ = 0, hi_ = 0;
  std::vector<uint64_t> counts_;
  uint64_t total_ = 0, zeros_ = 0;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_HISTOGRAM_H_
