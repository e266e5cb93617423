#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest BitCast(ElementType to, const Value& x) {
  OpTest test(OpCode::BitCast);
  test.Attrs<format::CastT>([&](auto& a) { a.to = static_cast<format::ElementType>(to); });
  return test.Input(x);
}

TEST(BitCast, KeepsTheBits) {
  BitCast(ElementType::kInt32, F32({2}, {1, -2})).Output(I32({2}, {0x3F800000, -0x40000000})).Check();
  BitCast(ElementType::kFloat32, I32({1, 1}, {0x40490FDB})).Output(F32({1, 1}, {3.14159274})).Check();
  BitCast(ElementType::kUint8, MakeValue(ElementType::kInt8, {3}, {-1, 0, 5}))
      .Output(MakeValue(ElementType::kUint8, {3}, {255, 0, 5}))
      .Check();
  BitCast(ElementType::kInt64, MakeValue(ElementType::kFloat64, {}, {1})).Output(I64({}, {0x3FF0000000000000})).Check();
  BitCast(ElementType::kFloat16, MakeValue(ElementType::kBfloat16, {0, 2}, {}))
      .Output(MakeValue(ElementType::kFloat16, {0, 2}, {}))
      .Check();
}

TEST(BitCast, Wrong) {
  const Value x = F32({1}, {1});
  BitCast(ElementType::kInt64, x).Output(I64({1}, {1})).ExpectError(StatusCode::kInvalidModel, "bits of int64");
  BitCast(ElementType::kString, x).Output(x).ExpectError(StatusCode::kInvalidModel, "bits of string");
}

}  // namespace
}  // namespace linnet::testing
