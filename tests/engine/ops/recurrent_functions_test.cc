#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "engine/ops/recurrent_common.h"

namespace linnet::ops {
namespace {

TEST(RecurrentFunctions, FollowTheirFormulas) {
  using Kind = format::RecurrentActivation;
  constexpr double kAlpha = 0.75, kBeta = 0.25;
  struct Case {
    Kind kind;
    std::function<double(double)> formula;
  };
  const Case cases[] = {
      {Kind::Sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
      {Kind::Tanh, [](double x) { return std::tanh(x); }},
      {Kind::Relu, [](double x) { return std::max(x, 0.0); }},
      {Kind::Affine, [](double x) { return kAlpha * x + kBeta; }},
      {Kind::LeakyRelu, [](double x) { return x < 0 ? kAlpha * x : x; }},
      {Kind::ThresholdedRelu, [](double x) { return x > kAlpha ? x : 0; }},
      {Kind::ScaledTanh, [](double x) { return kAlpha * std::tanh(kBeta * x); }},
      {Kind::HardSigmoid, [](double x) { return std::min(std::max(kAlpha * x + kBeta, 0.0), 1.0); }},
      {Kind::Elu, [](double x) { return x < 0 ? kAlpha * (std::exp(x) - 1) : x; }},
      {Kind::Softsign, [](double x) { return x / (1 + std::abs(x)); }},
      {Kind::Softplus, [](double x) { return std::log(1 + std::exp(x)); }},
  };
  EXPECT_EQ(std::size(cases), static_cast<size_t>(Kind::MAX) + 1) << "every function is listed";
  for (const Case& c : cases) {
    SCOPED_TRACE(EnumNameRecurrentActivation(c.kind));
    const RecurrentFunction f = {c.kind, kAlpha, kBeta};
    const double numbers[] = {-20, -3, -0.5, 0, 0.5, 0.75, 3, 20};
    constexpr size_t kCount = std::size(numbers);
    float floats[kCount];
    double doubles[kCount];
    for (size_t i = 0; i < kCount; ++i) doubles[i] = floats[i] = static_cast<float>(numbers[i]);
    ApplyFunction(f, kCount, floats);
    ApplyFunction(f, kCount, doubles);
    for (size_t i = 0; i < kCount; ++i) {
      const double expected = c.formula(numbers[i]);
      EXPECT_NEAR(floats[i], expected, 1e-6 * (1 + std::abs(expected)));
      EXPECT_NEAR(doubles[i], expected, 1e-12 * (1 + std::abs(expected)));
    }
  }
}

}  // namespace
}  // namespace linnet::ops
