#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest RandomOp(OpCode code, double a, double b, uint32_t seed, const std::vector<int64_t>& shape) {
  OpTest test(code);
  test.Attrs<format::RandomT>([&](auto& t) {
    t.a = static_cast<float>(a);
    t.b = static_cast<float>(b);
    t.seeded = true;
    t.seed = seed;
  });
  return test.Param(Ints(shape)).OutputShape(ElementType::kFloat32, {shape[0], shape[1]});
}

struct Moments {
  double mean = 0, variance = 0, least = INFINITY, most = -INFINITY;
};

Moments MomentsOf(const Value& value) {
  const std::vector<double> numbers = Numbers(value);
  Moments m;
  for (double x : numbers) {
    m.mean += x / static_cast<double>(numbers.size());
    m.least = std::fmin(m.least, x);
    m.most = std::fmax(m.most, x);
  }
  for (double x : numbers) m.variance += (x - m.mean) * (x - m.mean) / static_cast<double>(numbers.size());
  return m;
}

TEST(RandomUniform, SpreadsEvenly) {
  const OpTest test = RandomOp(OpCode::RandomUniform, -1, 3, 7, {100, 100});
  test.Check();
  const Moments m = MomentsOf(test.Compute()[0]);
  EXPECT_NEAR(m.mean, 1, 0.05);
  EXPECT_NEAR(m.variance, 16.0 / 12, 0.05);
  EXPECT_GE(m.least, -1);
  EXPECT_LE(m.most, 3);
}

TEST(RandomNormal, HasMeanAndScale) {
  const OpTest test = RandomOp(OpCode::RandomNormal, 2, 0.5, 7, {100, 100});
  test.Check();
  const Moments m = MomentsOf(test.Compute()[0]);
  EXPECT_NEAR(m.mean, 2, 0.02);
  EXPECT_NEAR(m.variance, 0.25, 0.02);
}

TEST(RandomUniform, SeedsGiveTheSameNumbersAgain) {
  const auto numbers = [](uint32_t seed) {
    return RandomOp(OpCode::RandomUniform, 0, 1, seed, {2, 3}).Compute()[0].bytes;
  };
  EXPECT_EQ(numbers(1), numbers(1));
  EXPECT_NE(numbers(1), numbers(2));
}

TEST(RandomUniform, Wrong) {
  RandomOp(OpCode::RandomUniform, 0, 1, 1, {2, -3}).ExpectError(StatusCode::kInvalidModel, "dimension of -3");
  RandomOp(OpCode::RandomUniform, 0, 1, 1, {0, 3}).Check();
}

OpTest Multinomial(const Value& x, int samples) {
  OpTest test(OpCode::Multinomial);
  test.Attrs<format::RandomT>([&](auto& t) {
    t.type = format::ElementType::Int32;
    t.sample_size = samples;
    t.seeded = true;
  });
  return test.Input(x);
}

TEST(Multinomial, DrawsByProbability) {
  const Value x = F32({2, 3}, {std::log(0.25), -INFINITY, std::log(0.75), -INFINITY, 0, -INFINITY});
  OpTest test = Multinomial(x, 4000);
  test.OutputShape(ElementType::kInt32, {2, 4000}).Check();
  const std::vector<double> drawn = Numbers(test.Compute()[0]);
  double twos = 0;
  for (size_t i = 0; i < 4000; ++i) {
    EXPECT_NE(drawn[i], 1);
    twos += drawn[i] == 2 ? 1 : 0;
    EXPECT_EQ(drawn[4000 + i], 1);
  }
  EXPECT_NEAR(twos / 4000, 0.75, 0.03);
}

TEST(Multinomial, RowsWithoutProbability) {
  Multinomial(F32({1, 2}, {-INFINITY, -INFINITY}), 2).Output(I32({1, 2}, {0, 0})).Check();
  Multinomial(F32({1, 2}, {NAN, NAN}), 2).Output(I32({1, 2}, {0, 0})).Check();
  Multinomial(F32({0, 2}, {}), 2).Output(I32({0, 2}, {})).Check();
  Multinomial(F32({2, 0}, {}), 2).Output(I32({2, 2}, {0, 0, 0, 0})).ExpectError(StatusCode::kInvalidModel, "2 samples");
}

}  // namespace
}  // namespace linnet::testing
