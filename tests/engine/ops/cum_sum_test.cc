#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest CumSum(bool exclusive, bool reverse, const Value& x, int64_t axis) {
  OpTest test(OpCode::CumSum);
  test.Attrs<format::CumSumT>([&](auto& a) {
    a.exclusive = exclusive;
    a.reverse = reverse;
  });
  return test.Input(x).Param(I64({}, {axis}));
}

const Value kX = F32({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(CumSum, Directions) {
  CumSum(false, false, kX, 1).Output(F32({2, 3}, {1, 3, 6, 4, 9, 15})).Check();
  CumSum(true, false, kX, -1).Output(F32({2, 3}, {0, 1, 3, 0, 4, 9})).Check();
  CumSum(false, true, kX, 1).Output(F32({2, 3}, {6, 5, 3, 15, 11, 6})).Check();
  CumSum(true, true, kX, 1).Output(F32({2, 3}, {5, 3, 0, 11, 6, 0})).Check();
  CumSum(false, false, kX, 0).Output(F32({2, 3}, {1, 2, 3, 5, 7, 9})).Check();
}

TEST(CumSum, TypesAndSizes) {
  // Integers wrap around.
  const auto bytes = [](std::vector<double> numbers) { return MakeValue(ElementType::kUint8, {2}, numbers); };
  CumSum(false, false, bytes({200, 200}), 0).Output(bytes({200, 144})).Check();
  CumSum(false, false, F32({0, 2}, {}), 0).Output(F32({0, 2}, {})).Check();
  CumSum(false, false, F32({}, {3}), 0).Output(F32({}, {3})).Check();
}

TEST(CumSum, Wrong) {
  CumSum(false, false, kX, 2).Output(kX).ExpectError(StatusCode::kOutOfRange, "axis 2");
  CumSum(false, false, kX, -3).Output(kX).ExpectError(StatusCode::kOutOfRange, "axis -3");
}

}  // namespace
}  // namespace linnet::testing
