// int8 tensors of tests: random ones, and how close a result comes to that of dequantise, compute, quantise.
#ifndef LINNET_TESTS_ENGINE_OPS_QUANTIZED_VALUES_H_
#define LINNET_TESTS_ENGINE_OPS_QUANTIZED_VALUES_H_

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/op_test.h"

namespace linnet::testing {

inline Value I8(const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(ElementType::kInt8, shape, numbers);
}

inline double Dequantized(double q, double scale, double zero_point) { return (q - zero_point) * scale; }

// What a model with QuantizeLinear behind a float op gives; `x` exact.
inline double QuantizedResult(double x, double scale, double zero_point) {
  const double q = std::nearbyint(x / scale) + zero_point;
  return q < -128 ? -128 : q > 127 ? 127 : q;
}

// Fails where `actual` differs by more than one from `expected`, or more than one element in a thousand differs.
inline void ExpectAgrees(const Value& actual, const std::vector<double>& expected) {
  const std::vector<double> numbers = Numbers(actual);
  ASSERT_EQ(numbers.size(), expected.size());
  size_t different = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_LE(std::fabs(numbers[i] - expected[i]), 1) << "element " << i;
    different += numbers[i] != expected[i] ? 1 : 0;
  }
  EXPECT_LE(static_cast<double>(different), 1e-3 * static_cast<double>(numbers.size()));
}

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_OPS_QUANTIZED_VALUES_H_
