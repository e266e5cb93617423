#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Unique(const Value& x, bool sorted = true) {
  OpTest test(OpCode::Unique);
  test.Attrs<format::SelectT>([&](auto& a) {
    a.flatten = true;
    a.sorted = sorted;
  });
  return test.Input(x);
}
OpTest UniqueAlong(const Value& x, int axis, bool sorted = true) {
  OpTest test(OpCode::Unique);
  test.Attrs<format::SelectT>([&](auto& a) {
    a.axis = axis;
    a.sorted = sorted;
  });
  return test.Input(x);
}

const Value kList = F32({6}, {2, 1, 1, 3, 4, 3});

TEST(Unique, Sorted) {
  Unique(kList)
      .Output(F32({4}, {1, 2, 3, 4}))
      .Output(Ints({1, 0, 3, 4}))
      .Output(Ints({1, 0, 0, 2, 3, 2}))
      .Output(Ints({2, 1, 2, 1}))
      .Check();
}

TEST(Unique, InOrderOfOccurrence) {
  Unique(kList, /*sorted=*/false)
      .Output(F32({4}, {2, 1, 3, 4}))
      .Output(Ints({0, 1, 3, 4}))
      .Output(Ints({0, 1, 1, 2, 3, 2}))
      .Output(Ints({1, 2, 2, 1}))
      .Check();
}

TEST(Unique, OutputsLeftOut) {
  Unique(kList).Output(F32({4}, {1, 2, 3, 4})).Check();
  Unique(kList).Output(F32({4}, {1, 2, 3, 4})).NoOutput().NoOutput().Output(Ints({2, 1, 2, 1})).Check();
}

TEST(Unique, AlongAxes) {
  const Value x = F32({3, 3}, {1, 0, 0, 1, 0, 0, 2, 3, 4});
  UniqueAlong(x, 0)
      .Output(F32({2, 3}, {1, 0, 0, 2, 3, 4}))
      .Output(Ints({0, 2}))
      .Output(Ints({0, 0, 1}))
      .Output(Ints({2, 1}))
      .Check();
  // Columns [1, 1, 2], [0, 0, 3], [0, 0, 4].
  UniqueAlong(x, -1)
      .Output(F32({3, 3}, {0, 0, 1, 0, 0, 1, 3, 4, 2}))
      .Output(Ints({1, 2, 0}))
      .Output(Ints({2, 0, 1}))
      .Output(Ints({1, 1, 1}))
      .Check();
  UniqueAlong(F32({2, 3, 1}, {5, 1, 5, 6, 2, 6}), 1, /*sorted=*/false)
      .Output(F32({2, 2, 1}, {5, 1, 6, 2}))
      .Output(Ints({0, 1}))
      .Output(Ints({0, 1, 0}))
      .Output(Ints({2, 1}))
      .Check();
}

TEST(Unique, OtherTypes) {
  Unique(I64({4}, {INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MAX}))
      .Output(I64({3}, {INT64_MIN, INT64_MAX - 1, INT64_MAX}))
      .Check();
  Unique(MakeValue(ElementType::kUint8, {2, 2}, {255, 0, 1, 255}))
      .Output(MakeValue(ElementType::kUint8, {3}, {0, 1, 255}))
      .Check();
  Unique(MakeValue(ElementType::kInt8, {3}, {1, -1, 1})).Output(MakeValue(ElementType::kInt8, {2}, {-1, 1})).Check();
  Unique(MakeValue(ElementType::kBool, {3}, {1, 0, 1})).Output(MakeValue(ElementType::kBool, {2}, {0, 1})).Check();
  Unique(MakeValue(ElementType::kFloat16, {3}, {0.5, -2, 0.5}))
      .Output(MakeValue(ElementType::kFloat16, {2}, {-2, 0.5}))
      .Check();
}

TEST(Unique, NaNIsOneValueAndTheLargest) {
  Unique(F32({5}, {NAN, HUGE_VAL, NAN, -0.0, 0}))
      .Output(F32({3}, {-0.0, HUGE_VAL, NAN}))
      .Output(Ints({3, 1, 0}))
      .Output(Ints({2, 1, 2, 0, 0}))
      .Output(Ints({2, 1, 2}))
      .Check();
}

TEST(Unique, ManyValues) {
  std::vector<double> values, expected;
  std::vector<int64_t> inverse;
  for (int i = 0; i < 1000; ++i) {
    values.push_back(i * 7919 % 251);
    inverse.push_back(i * 7919 % 251);
  }
  for (int i = 0; i < 251; ++i) expected.push_back(i);
  Unique(F32({10, 100}, values)).Output(F32({251}, expected)).NoOutput().Output(Ints(inverse)).Check();
}

TEST(Unique, EmptyAndScalar) {
  Unique(F32({0}, {})).Output(F32({0}, {})).Output(Ints({})).Output(Ints({})).Output(Ints({})).Check();
  Unique(F32({}, {3})).Output(F32({1}, {3})).Output(Ints({0})).Output(Ints({0})).Output(Ints({1})).Check();
  UniqueAlong(F32({0, 2}, {}), 0).Output(F32({0, 2}, {})).Check();
  UniqueAlong(F32({3, 0}, {}), 0).Output(F32({1, 0}, {})).NoOutput().Output(Ints({0, 0, 0})).Check();
}

TEST(Unique, Wrong) {
  UniqueAlong(kList, 1).Output(kList).ExpectError(StatusCode::kInvalidModel, "axis 1");
  Unique(MakeValue(ElementType::kInt4, {2}, {1, 2})).Output(kList).ExpectError(StatusCode::kUnsupported, "int4");
}

}  // namespace
}  // namespace linnet::testing
