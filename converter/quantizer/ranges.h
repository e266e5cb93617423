// The range of values that the 256 steps of an int8 tensor cover: chosen from a histogram, by several methods.
#ifndef LINNET_CONVERTER_QUANTIZER_RANGES_H_
#define LINNET_CONVERTER_QUANTIZER_RANGES_H_

#include <cstdint>
#include <vector>

#include "converter/quantizer/histogram.h"

namespace linnet::converter {

enum class RangeMethod {
  kAuto,        // each of the others; the one with the least measured error
  kMinMax,      // all that was seen
  kPercentile,  // all but one in 10,000
  kEntropy,     // least divergence of the distributions before and after (Kullback-Leibler)
  kMse,         // least mean squared error
};
const char* RangeMethodName(RangeMethod method);

// lo <= 0 <= hi: zero is always representable.
struct Range {
  float lo = 0, hi = 0;
};

// q = round(x / scale) + zero_point, from -128 to 127.
struct AffineInt8 {
  float scale = 1;
  int zero_point = 0;
};

// REQUIRES: range.lo < range.hi. The scale is never zero or denormal.
AffineInt8 QuantizationOf(const Range& range);
// What the 256 steps cover, exactly.
Range RangeOf(const AffineInt8& quantization);

// REQUIRES: a method but kAuto; a histogram with values.
Range ChooseRange(const Histogram& histogram, RangeMethod method);

// Mean squared error of all values, zeros included, if rounded and clamped to the range.
double MeanSquaredError(const Histogram& histogram, const Range& range);
// Kullback-Leibler divergence of the values from the same values rounded and clamped to the range.
double Divergence(const Histogram& histogram, const Range& range);
// Part of all values, zeros included, that lies outside of the range.
double Saturation(const Histogram& histogram, const Range& range);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_RANGES_H_
