#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Cast(ElementType to, const Value& x, format::RoundMode mode = format::RoundMode::Up, bool saturate = true) {
  OpTest test(OpCode::Cast);
  test.Attrs<format::CastT>([&](auto& a) {
    a.to = static_cast<format::ElementType>(to);
    a.round_mode = mode;
    a.saturate = saturate;
  });
  return test.Input(x);
}

TEST(Cast, IntegersOfTwoBits) {
  const Value packed = {ElementType::kInt2, {5}, {0b10010011, 0b01}};
  Cast(ElementType::kFloat32, packed).Output(F32({5}, {-1, 0, 1, -2, 1})).Check();
  // The low bits, as of all integers.
  Cast(ElementType::kUint2, F32({4}, {0, 5, 2, -1})).Output({ElementType::kUint2, {4}, {0b11100100}}).Check();
}

TEST(Cast, PowersOfTwo) {
  const Value x = F32({6}, {1, 1.25, 1.5, 1.75, 0x1p-127, NAN});
  const auto codes = [](std::vector<uint8_t> bytes) {
    return Value{ElementType::kFloat8E8M0, {static_cast<int64_t>(bytes.size())}, bytes};
  };
  Cast(ElementType::kFloat8E8M0, x).Output(codes({127, 128, 128, 128, 0, 255})).Check();
  Cast(ElementType::kFloat8E8M0, x, format::RoundMode::Down).Output(codes({127, 127, 127, 127, 0, 255})).Check();
  Cast(ElementType::kFloat8E8M0, x, format::RoundMode::Nearest).Output(codes({127, 127, 128, 128, 0, 255})).Check();
  const Value outside = F32({2}, {0, INFINITY});
  Cast(ElementType::kFloat8E8M0, outside).Output(codes({0, 254})).Check();
  Cast(ElementType::kFloat8E8M0, outside, format::RoundMode::Nearest, false).Output(codes({255, 255})).Check();
  Cast(ElementType::kFloat32, codes({127, 130})).Output(F32({2}, {1, 8})).Check();
  Cast(ElementType::kFloat8E8M0, I32({2}, {3, 4})).Output(codes({129, 129})).Check();
}

TEST(Cast, SmallFloatsWithAndWithoutSaturation) {
  const Value x = F32({2}, {1000, -INFINITY});
  const ElementType type = ElementType::kFloat8E4M3FN;
  Cast(type, x).Output(MakeValue(type, {2}, {448, -448})).Check();
  Cast(type, x, format::RoundMode::Up, false).Output(MakeValue(type, {2}, {NAN, NAN})).Check();
}

TEST(Cast, Wrong) {
  Cast(ElementType::kString, F32({1}, {1})).Output(F32({1}, {1})).ExpectError(StatusCode::kUnsupported, "type 8");
}

}  // namespace
}  // namespace linnet::testing
