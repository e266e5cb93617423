#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

Value Bools(const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(ElementType::kBool, shape, numbers);
}

OpTest Where(const Value& condition, const Value& x, const Value& y) {
  OpTest test(OpCode::Where);
  test.Input(condition).Input(x).Input(y);
  return test;
}

TEST(Where, EveryElementSize) {
  for (const ElementType type :
       {ElementType::kInt8, ElementType::kFloat16, ElementType::kFloat32, ElementType::kInt64}) {
    Where(Bools({4}, {1, 0, 0, 1}), MakeValue(type, {4}, {1, 2, 3, 4}), MakeValue(type, {4}, {5, 6, 7, 8}))
        .Output(MakeValue(type, {4}, {1, 6, 7, 4}))
        .Check();
  }
}

TEST(Where, Broadcasts) {
  const Value row = F32({3}, {1, 2, 3}), column = F32({2, 1}, {8, 9}), scalar = F32({}, {0});
  Where(Bools({2, 1}, {1, 0}), row, scalar).Output(F32({2, 3}, {1, 2, 3, 0, 0, 0})).Check();
  Where(Bools({3}, {1, 0, 1}), column, row).Output(F32({2, 3}, {8, 2, 8, 9, 2, 9})).Check();
  Where(Bools({}, {0}), row, column).Output(F32({2, 3}, {8, 8, 8, 9, 9, 9})).Check();
  Where(Bools({0, 1}, {}), row, scalar).Output(F32({0, 3}, {})).Check();
}

TEST(Where, KeepsNanAndZeroBits) {
  Where(Bools({2}, {1, 0}), F32({2}, {NAN, 1}), F32({2}, {1, -0.0})).Output(F32({2}, {NAN, -0.0})).Check();
}

TEST(Where, LargeOverThreads) {
  const Value condition = Random(ElementType::kBool, {500, 301}), x = Random(ElementType::kFloat32, {500, 301}, 2);
  const Value y = Random(ElementType::kFloat32, {301}, 3);
  const std::vector<double> c = Numbers(condition), a = Numbers(x), b = Numbers(y);
  std::vector<double> expected(c.size());
  for (size_t i = 0; i < c.size(); ++i) expected[i] = c[i] != 0 ? a[i] : b[i % 301];
  Where(condition, x, y).Output(F32({500, 301}, expected)).Check();
}

TEST(Where, Wrong) {
  const Value two = F32({2}, {1, 2}), three = F32({3}, {1, 2, 3});
  Where(two, two, two).Output(two).ExpectError(StatusCode::kInvalidModel, "bool");
  Where(Bools({2}, {1, 1}), two, three).Output(two).ExpectError(StatusCode::kInvalidModel, "[3]");
  Where(Bools({2}, {1, 1}), two, I64({2}, {1, 2})).Output(two).ExpectError(StatusCode::kInvalidModel, "int64");
}

}  // namespace
}  // namespace linnet::testing
