#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

Value U8(const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(ElementType::kUint8, shape, numbers);
}

OpTest Quantize(const Value& x, const Value& y, double scale, int zero_point) {
  OpTest test(OpCode::DynamicQuantizeLinear);
  test.Input(x).Output(y).Output(F32({}, {scale})).Output(U8({}, {static_cast<double>(zero_point)}));
  return test;
}

TEST(DynamicQuantizeLinear, Values) {
  Quantize(F32({4}, {-50, 0, 100, 205}), U8({4}, {0, 50, 150, 255}), 1, 50).Check();
  // Zero always belongs to the range.
  Quantize(F32({2}, {102, 255}), U8({2}, {102, 255}), 1, 0).Check();
  Quantize(F32({1, 2}, {-255, -51}), U8({1, 2}, {0, 204}), 1, 255).Check();
  Quantize(F32({3}, {0, 0, 0}), U8({3}, {0, 0, 0}), 1, 0).Check();
  Quantize(F32({0}, {}), U8({0}, {}), 1, 0).Check();
  // 0.5 / (1 / 1) and 1.5: halves go to even.
  Quantize(F32({4}, {0.5, 1.5, 2.5, 255}), U8({4}, {0, 2, 2, 255}), 1, 0).Check();
}

TEST(DynamicQuantizeLinear, NotANumber) {
  Quantize(F32({2}, {NAN, 5}), U8({2}, {0, 0}), NAN, 0).Check();
}

TEST(DynamicQuantizeLinear, LargeOverThreads) {
  const Value x = Random(ElementType::kFloat32, {7, 301, 99}, 5);
  const std::vector<double> numbers = Numbers(x);
  const float scale = (3.984375f + 4.0f) / 255;
  std::vector<double> expected;
  for (double number : numbers) {
    const double q = std::nearbyint(static_cast<double>(static_cast<float>(number) / scale)) + 128;
    expected.push_back(std::fmin(std::fmax(q, 0), 255));
  }
  Quantize(x, U8(x.shape, expected), static_cast<double>(scale), 128).Check();
}

TEST(DynamicQuantizeLinear, Wrong) {
  Quantize(I32({1}, {1}), U8({1}, {0}), 0, 0).ExpectError(StatusCode::kInvalidModel, "int32");
  OpTest(OpCode::DynamicQuantizeLinear).Input(F32({1}, {1})).Output(U8({1}, {0}))
      .ExpectError(StatusCode::kInvalidModel, "1 outputs");
}

}  // namespace
}  // namespace linnet::testing
