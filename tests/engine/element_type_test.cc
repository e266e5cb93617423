#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/op.h"

namespace linnet {
namespace {

TEST(ElementType, EachHasItsOwnName) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(ElementType::kInt2); ++i) {
    names.insert(ElementTypeName(static_cast<ElementType>(i)));
  }
  EXPECT_EQ(names.size(), 27u);
  EXPECT_STREQ(ElementTypeName(ElementType::kFloat32), "float32");
  EXPECT_STREQ(ElementTypeName(ElementType::kInt4), "int4");
  EXPECT_STREQ(ElementTypeName(ElementType::kUndefined), "undefined");
}

TEST(ElementType, Bits) {
  EXPECT_EQ(ElementBits(ElementType::kFloat64), 64);
  EXPECT_EQ(ElementBits(ElementType::kUint64), 64);
  EXPECT_EQ(ElementBits(ElementType::kFloat32), 32);
  EXPECT_EQ(ElementBits(ElementType::kBfloat16), 16);
  EXPECT_EQ(ElementBits(ElementType::kBool), 8);
  EXPECT_EQ(ElementBits(ElementType::kFloat8E5M2), 8);
  EXPECT_EQ(ElementBits(ElementType::kUint4), 4);
  EXPECT_EQ(ElementBits(ElementType::kFloat8E8M0), 8);
  EXPECT_EQ(ElementBits(ElementType::kInt2), 2);
  for (ElementType type : {ElementType::kUndefined, ElementType::kString, ElementType::kComplex64}) {
    EXPECT_EQ(ElementBits(type), 0) << ElementTypeName(type);
  }
}

// Numbers from a damaged file.
TEST(ElementType, UnknownNumbers) {
  for (int number : {27, 100, 255}) {
    EXPECT_EQ(ElementBits(static_cast<ElementType>(number)), 0);
    EXPECT_NE(ElementTypeName(static_cast<ElementType>(number)), nullptr);
  }
}

TEST(TensorBytes, PacksHalfBytes) {
  EXPECT_EQ(TensorBytes(ElementType::kFloat32, {2, 3}), 24u);
  EXPECT_EQ(TensorBytes(ElementType::kFloat32, {}), 4u);
  EXPECT_EQ(TensorBytes(ElementType::kInt4, {5}), 3u);
  EXPECT_EQ(TensorBytes(ElementType::kUint2, {5}), 2u);
  EXPECT_EQ(TensorBytes(ElementType::kInt64, {3, 0}), 0u);
}

}  // namespace
}  // namespace linnet
