#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

TEST(NonZero, Indices) {
  OpTest(OpCode::NonZero).Input(F32({2, 3}, {1, 0, 0, 0, -2, 3})).Output(I64({2, 3}, {0, 1, 1, 0, 1, 2})).Check();
  OpTest(OpCode::NonZero).Input(MakeValue(ElementType::kBool, {4}, {0, 1, 0, 1})).Output(I64({1, 2}, {1, 3})).Check();
  OpTest(OpCode::NonZero).Input(I64({2, 1, 2}, {0, 1, INT64_MIN, 0})).Output(I64({3, 2}, {0, 1, 0, 0, 1, 0})).Check();
}

TEST(NonZero, NegativeZeroIsZeroAndNanIsNot) {
  OpTest(OpCode::NonZero).Input(F32({3}, {-0.0, NAN, 0})).Output(I64({1, 1}, {1})).Check();
}

TEST(NonZero, NoneScalarAndEmpty) {
  OpTest(OpCode::NonZero).Input(F32({2, 2}, {0, 0, 0, 0})).Output(I64({2, 0}, {})).Check();
  OpTest(OpCode::NonZero).Input(F32({}, {5})).Output(I64({1, 1}, {0})).Check();
  OpTest(OpCode::NonZero).Input(F32({0, 3}, {})).Output(I64({2, 0}, {})).Check();
}

TEST(NonZero, LongerThanABlock) {
  const Value in = Random(ElementType::kBool, {1000});
  const std::vector<double> numbers = Numbers(in);
  std::vector<int64_t> expected;
  for (int i = 0; i < 1000; ++i) {
    if (numbers[i] != 0) expected.push_back(i);
  }
  OpTest(OpCode::NonZero).Input(in).Output(I64({1, static_cast<int64_t>(expected.size())}, expected)).Check();
}

}  // namespace
}  // namespace linnet::testing
