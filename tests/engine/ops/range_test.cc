#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Range(ElementType type, double start, double limit, double delta) {
  OpTest test(OpCode::Range);
  test.Param(MakeValue(type, {}, {start})).Param(MakeValue(type, {}, {limit})).Param(MakeValue(type, {}, {delta}));
  return test;
}

void Check(ElementType type, double start, double limit, double delta, const std::vector<double>& expected) {
  SCOPED_TRACE(::testing::Message() << start << " to " << limit << " by " << delta);
  Range(type, start, limit, delta).Output(MakeValue(type, {static_cast<int64_t>(expected.size())}, expected)).Check();
}

TEST(Range, Reals) {
  for (const ElementType type : {ElementType::kFloat32, ElementType::kFloat64, ElementType::kFloat16}) {
    Check(type, 1, 5, 2, {1, 3});
    Check(type, 0, 1, 0.25, {0, 0.25, 0.5, 0.75});
    Check(type, 2, -1, -1, {2, 1, 0});
    Check(type, 1, 1, 1, {});
    Check(type, 1, 0, 1, {});
  }
}

TEST(Range, Integers) {
  for (const ElementType type : {ElementType::kInt16, ElementType::kInt32, ElementType::kInt64}) {
    Check(type, 10, 6, -3, {10, 7});
    Check(type, -2, 3, 2, {-2, 0, 2});
    Check(type, 5, 5, -1, {});
  }
}

TEST(Range, EndsOfInt64) {
  OpTest(OpCode::Range)
      .Param(I64({}, {INT64_MIN}))
      .Param(I64({}, {INT64_MAX}))
      .Param(I64({}, {INT64_MAX}))
      .Output(I64({3}, {INT64_MIN, -1, INT64_MAX - 1}))
      .Check();
  OpTest(OpCode::Range)
      .Param(I64({}, {INT64_MAX}))
      .Param(I64({}, {INT64_MIN}))
      .Param(I64({}, {INT64_MIN}))
      .Output(I64({2}, {INT64_MAX, -1}))
      .Check();
}

TEST(Range, LongerThanABlock) {
  Range(ElementType::kInt32, 0, 1000, 1).Output(Iota(ElementType::kInt32, {1000})).Check();
}

TEST(Range, Wrong) {
  const Value any = F32({1}, {0});
  const auto invalid = StatusCode::kInvalidModel;
  Range(ElementType::kFloat32, 0, 1, 0).Output(any).ExpectError(invalid, "no finite number");
  Range(ElementType::kFloat32, 0, NAN, 1).Output(any).ExpectError(invalid, "no finite number");
  Range(ElementType::kInt32, 0, 1, 0).Output(any).ExpectError(invalid, "delta is 0");
  Range(ElementType::kUint8, 0, 1, 1).Output(any).ExpectError(StatusCode::kUnsupported, "uint8");
  OpTest(OpCode::Range)
      .Param(I64({}, {INT64_MIN}))
      .Param(I64({}, {INT64_MAX}))
      .Param(I64({}, {1}))
      .Output(any)
      .ExpectError(invalid, "too large");
  OpTest(OpCode::Range)
      .Param(F32({2}, {0, 1}))
      .Param(F32({}, {1}))
      .Param(F32({}, {1}))
      .Output(any)
      .ExpectError(invalid, "not one number");
}

}  // namespace
}  // namespace linnet::testing
