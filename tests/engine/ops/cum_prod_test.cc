#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest CumProd(bool exclusive, bool reverse, const Value& x, int64_t axis) {
  OpTest test(OpCode::CumProd);
  test.Attrs<format::CumSumT>([&](auto& a) {
    a.exclusive = exclusive;
    a.reverse = reverse;
  });
  return test.Input(x).Param(I64({}, {axis}));
}

const Value kX = F32({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(CumProd, Directions) {
  CumProd(false, false, kX, 1).Output(F32({2, 3}, {1, 2, 6, 4, 20, 120})).Check();
  CumProd(true, false, kX, -1).Output(F32({2, 3}, {1, 1, 2, 1, 4, 20})).Check();
  CumProd(false, true, kX, 1).Output(F32({2, 3}, {6, 6, 3, 120, 30, 6})).Check();
  CumProd(true, true, kX, 1).Output(F32({2, 3}, {6, 3, 1, 30, 6, 1})).Check();
  CumProd(false, false, kX, 0).Output(F32({2, 3}, {1, 2, 3, 4, 10, 18})).Check();
}

TEST(CumProd, TypesAndSizes) {
  // Integers wrap around.
  const auto bytes = [](std::vector<double> numbers) { return MakeValue(ElementType::kUint8, {2}, numbers); };
  CumProd(false, false, bytes({200, 200}), 0).Output(bytes({200, 64})).Check();
  CumProd(false, false, F32({0, 2}, {}), 0).Output(F32({0, 2}, {})).Check();
  CumProd(false, false, F32({}, {3}), 0).Output(F32({}, {3})).Check();
}

TEST(CumProd, Wrong) {
  CumProd(false, false, kX, 2).Output(kX).ExpectError(StatusCode::kOutOfRange, "axis 2");
  CumProd(false, false, kX, -3).Output(kX).ExpectError(StatusCode::kOutOfRange, "axis -3");
}

}  // namespace
}  // namespace linnet::testing
