// What the tests of the quantised ops share: values, packing, and the truth in 64-bit integers.
#ifndef LINNET_TESTS_ENGINE_OPS_Q_REFERENCE_H_
#define LINNET_TESTS_ENGINE_OPS_Q_REFERENCE_H_

#include <cmath>
#include <cstdint>
#include <vector>

#include "format/storage.h"
#include "kernels/pack.h"
#include "kernels/reference/requantize.h"
#include "tests/engine/ops/conv_reference.h"

namespace linnet::testing {

// Beside a weight of `n` channels with sums of `k` products: bias in the accumulators' scale, multipliers that spread
// the results over int8.
struct Channels {
  std::vector<double> bias;  // of the source
  std::vector<float> multiplier;
  Channels(int64_t n, int64_t k) {
    for (int64_t j = 0; j < n; ++j) {
      bias.push_back(static_cast<double>((j * 7919 + 13) % 4001 - 2000));
      multiplier.push_back(0.01f / std::sqrt(static_cast<float>(k)) * (0.5f + static_cast<float>(j % 8) / 8));
    }
  }
  int64_t size() const { return static_cast<int64_t>(bias.size()); }
};

inline Value Multiplier(const Channels& c) {
  return F32({c.size()}, std::vector<double>(c.multiplier.begin(), c.multiplier.end()));
}

// Real accumulators [..., N] -> int8.
inline Value Requantized(const Value& sums, const Channels& c, const kernels::Requantize& r) {
  const std::vector<double> s = Numbers(sums);
  std::vector<double> y;
  for (size_t i = 0; i < s.size(); ++i) {
    const size_t j = i % c.multiplier.size();
    y.push_back(kernels::reference::Requantized(static_cast<int64_t>(s[i] + c.bias[j]), c.multiplier[j], r));
  }
  return MakeValue(ElementType::kInt8, sums.shape, y);
}

// value - zero_point, as double.
inline Value Centred(const Value& value, double zero_point) {
  std::vector<double> x = Numbers(value);
  for (double& v : x) v -= zero_point;
  return MakeValue(ElementType::kFloat64, value.shape, x);
}

// Sums over all but the first dimension.
inline std::vector<double> RowSums(const Value& weight) {
  const std::vector<double> w = Numbers(weight);
  std::vector<double> sums(static_cast<size_t>(weight.shape[0]));
  for (size_t i = 0; i < w.size(); ++i) sums[i / (w.size() / sums.size())] += w[i];
  return sums;
}

// The bias of the file: less the zero point of x times the weight's sum.
inline Value FoldedBias(const Channels& c, const std::vector<double>& sums, double x_zero, double terms = 0,
                        double w_zero = 0) {
  std::vector<double> bias = c.bias;
  for (size_t j = 0; j < bias.size(); ++j) bias[j] -= x_zero * (sums[j] - terms * w_zero);
  return I32({c.size()}, bias);
}

inline const int8_t* Int8s(const Value& value) { return reinterpret_cast<const int8_t*>(value.bytes.data()); }

// Panels of weight [group * n, ...].
inline std::vector<uint8_t> PanelsInt8(const Value& weight, int64_t group) {
  const size_t n = static_cast<size_t>(weight.shape[0] / group);
  const size_t k = static_cast<size_t>(weight.shape.Product(1, weight.shape.rank())), width = format::PanelWidth(n);
  std::vector<uint8_t> bytes(format::PanelInt8Bytes(static_cast<size_t>(group), n, k, width));
  kernels::PackPanelsInt8({static_cast<size_t>(group), n, k, n * k, k, 1}, width, 0, Int8s(weight),
                          reinterpret_cast<int8_t*>(bytes.data()), nullptr);
  return bytes;
}

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_OPS_Q_REFERENCE_H_
