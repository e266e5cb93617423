#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest BitShift(bool left, const Value& a, const Value& b) {
  OpTest test(OpCode::BitShift);
  return test.Attrs<format::BitShiftT>([&](auto& t) { t.left = left; }).Input(a).Input(b);
}

TEST(BitShift, UnsignedTypesFillWithZeros) {
  const auto value = [](std::vector<double> numbers) { return MakeValue(ElementType::kUint8, {4}, numbers); };
  BitShift(true, value({1, 255, 3, 7}), value({1, 4, 8, 0})).Output(value({2, 240, 0, 7})).Check();
  BitShift(false, value({128, 255, 3, 7}), value({7, 4, 200, 0})).Output(value({1, 15, 0, 7})).Check();
}

TEST(BitShift, SignedTypesFillWithTheSign) {
  BitShift(false, I32({4}, {-8, 8, -1, 7}), I32({4}, {1, 1, 40, 40})).Output(I32({4}, {-4, 4, -1, 0})).Check();
  BitShift(true, I32({3}, {1, -1, 3}), I32({3}, {31, 1, 32})).Output(I32({3}, {-2147483648.0, -2, 0})).Check();
  // A negative distance leaves what the sign alone gives.
  BitShift(false, I64({2}, {-8, 8}), I64({}, {-1})).Output(I64({2}, {-1, 0})).Check();
  BitShift(true, I64({2}, {-8, 8}), I64({}, {-1})).Output(I64({2}, {0, 0})).Check();
}

TEST(BitShift, Wrong) {
  BitShift(true, F32({1}, {1}), F32({1}, {1})).Output(F32({1}, {1})).ExpectError(StatusCode::kUnsupported, "input 0");
}

}  // namespace
}  // namespace linnet::testing
