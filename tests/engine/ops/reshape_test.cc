#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Reshape(const Shape& from, const std::vector<int64_t>& sizes, bool allow_zero = false) {
  OpTest test(OpCode::Reshape);
  test.Attrs<format::ReshapeT>([&](auto& a) { a.allow_zero = allow_zero; });
  test.Input(Iota(ElementType::kFloat32, from)).Param(Ints(sizes));
  return test;
}

void ExpectShape(const Shape& from, const std::vector<int64_t>& sizes, const Shape& to, bool allow_zero = false) {
  Reshape(from, sizes, allow_zero).Output(Iota(ElementType::kFloat32, to)).Check();
}

void ExpectInvalid(const Shape& from, const std::vector<int64_t>& sizes, const char* part, bool allow_zero = false) {
  Reshape(from, sizes, allow_zero).Output(F32({}, {0})).ExpectError(StatusCode::kInvalidModel, part);
}

TEST(Reshape, Sizes) {
  ExpectShape({2, 3, 4}, {4, 2, 3}, {4, 2, 3});
  ExpectShape({2, 3, 4}, {2, 12}, {2, 12});
  ExpectShape({2, 3, 4}, {24}, {24});
  ExpectShape({2, 3, 4}, {2, -1, 2}, {2, 6, 2});
  ExpectShape({2, 3, 4}, {-1, 2, 3, 4}, {1, 2, 3, 4});
  ExpectShape({2, 3, 4}, {2, 0, 4, 1}, {2, 3, 4, 1});
  ExpectShape({2, 3, 4}, {2, 0, 1, -1}, {2, 3, 1, 4});
  ExpectShape({1}, {}, {});
  ExpectShape({}, {1, 1}, {1, 1});
}

TEST(Reshape, ZeroSizes) {
  ExpectShape({0, 3, 4}, {3, 4, 0}, {3, 4, 0}, /*allow_zero=*/true);
  ExpectShape({0, 3}, {0, 3}, {0, 3});
  ExpectShape({0, 3}, {-1, 3}, {0, 3});
}

TEST(Reshape, OtherTypesAndInt32Sizes) {
  const Value value = Random(ElementType::kInt4, {3, 3});
  Value flat = value;
  flat.shape = {9};
  OpTest(OpCode::Reshape).Attrs<format::ReshapeT>().Input(value).Param(I32({1}, {9})).Output(flat).Check();
}

TEST(Reshape, WrongSizes) {
  ExpectInvalid({2, 3}, {4}, "ask for 4 elements");
  ExpectInvalid({2, 3}, {-1, -1}, "only one can be inferred");
  ExpectInvalid({2, 3}, {4, -1}, "cannot be inferred");
  ExpectInvalid({2, 3}, {0, -1}, "cannot be inferred", /*allow_zero=*/true);
  ExpectInvalid({2, 3}, {-2, 3}, "is -2");
  ExpectInvalid({2, 3}, {2, 3, 0}, "size 2 is 0");
  ExpectInvalid({2, 3}, {int64_t{1} << 40, int64_t{1} << 40}, "overflows");
  Reshape({2, 3}, {1, 1, 1, 1, 1, 1, 1, 1, 6}).Output(F32({}, {0})).ExpectError(StatusCode::kUnsupported, "rank 9");
}

TEST(Reshape, SizesMustBeIntegers) {
  OpTest(OpCode::Reshape)
      .Attrs<format::ReshapeT>()
      .Input(F32({2}, {1, 2}))
      .Param(F32({1}, {2}))
      .Output(F32({2}, {1, 2}))
      .ExpectError(StatusCode::kInvalidModel, "expected int64 or int32");
}

}  // namespace
}  // namespace linnet::testing
