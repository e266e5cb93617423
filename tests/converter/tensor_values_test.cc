#include "converter/tensor_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace linnet::converter {
namespace {

TEST(TensorText, NamesTypeAndSizes) {
  EXPECT_EQ(ShapeText({}), "[]");
  EXPECT_EQ(ShapeText({1, -1, 3}), "[1, ?, 3]");
  EXPECT_EQ(TypeText(ElementType::kFloat32, {2, 3}), "float32 [2, 3]");
}

TEST(ToDoubles, CrossesBlocks) {
  std::vector<int16_t> values(1000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int16_t>(i * 50 - 20000);
  const std::vector<double> numbers = ToDoubles(ElementType::kInt16, values.data(), values.size());
  for (size_t i = 0; i < values.size(); ++i) ASSERT_EQ(numbers[i], values[i]);
}

TEST(RandomTensor, IsTheSameForTheSameSeedAndSafeForItsType) {
  for (int code = 1; code <= 23; ++code) {
    const auto type = static_cast<ElementType>(code);
    if (ElementBits(type) == 0) continue;
    const Shape shape = {3, 333};
    const HostTensor a = RandomTensor("x", type, shape, 1);
    EXPECT_EQ(a.bytes, RandomTensor("x", type, shape, 1).bytes);
    EXPECT_NE(a.bytes, RandomTensor("x", type, shape, 2).bytes);
    const std::vector<double> values = ToDoubles(type, a.bytes.data(), 999);
    const bool byte = type == ElementType::kInt8 || type == ElementType::kUint8;
    for (double value : values) ASSERT_LE(std::fabs(value), byte ? 255 : 1) << ElementTypeName(type);
    EXPECT_GT(std::set<double>(values.begin(), values.end()).size(), 1u) << ElementTypeName(type);
  }
}

TEST(RandomTensor, OfNoElementsIsEmpty) {
  EXPECT_TRUE(RandomTensor("x", ElementType::kFloat32, {2, 0}, 1).bytes.empty());
  EXPECT_EQ(RandomTensor("x", ElementType::kFloat32, {}, 1).bytes.size(), 4u);
}

TEST(Compare, MeasuresTheLargestDifference) {
  const Difference d = Compare({1, -4, 2}, {1, -3, 2.5});
  EXPECT_EQ(d.largest, 1);
  EXPECT_EQ(d.index, 1u);
  EXPECT_EQ(d.largest_magnitude, 4);
  EXPECT_EQ(d.relative(), 0.25);
  EXPECT_EQ(d.noise, 1.25);
  EXPECT_EQ(d.signal, 21);
  EXPECT_EQ(Compare({0, 0}, {0, 0.5}).relative(), 0.5);
  EXPECT_EQ(Compare({}, {}).relative(), 0);
}

TEST(Compare, NanAndInfinityMustMeetTheirLike) {
  EXPECT_EQ(Compare({NAN, INFINITY, -INFINITY}, {NAN, INFINITY, -INFINITY}).largest, 0);
  EXPECT_EQ(Compare({NAN}, {1}).largest, INFINITY);
  EXPECT_EQ(Compare({1}, {NAN}).largest, INFINITY);
  EXPECT_EQ(Compare({1}, {INFINITY}).largest, INFINITY);
  EXPECT_EQ(Compare({INFINITY}, {-INFINITY}).largest, INFINITY);
}

}  // namespace
}  // namespace linnet::converter
