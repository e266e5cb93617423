#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest EyeLike(const Value& in, ElementType type, int k) {
  OpTest test(OpCode::EyeLike);
  test.Attrs<format::EyeLikeT>([&](auto& a) {
    a.type = static_cast<format::ElementType>(type);
    a.k = k;
  });
  test.Input(in);
  return test;
}

TEST(EyeLike, Diagonals) {
  const Value in = Random(ElementType::kInt32, {2, 3});
  EyeLike(in, ElementType::kUndefined, 0).Output(I32({2, 3}, {1, 0, 0, 0, 1, 0})).Check();
  EyeLike(in, ElementType::kFloat32, 1).Output(F32({2, 3}, {0, 1, 0, 0, 0, 1})).Check();
  EyeLike(in, ElementType::kFloat16, -1).Output(MakeValue(ElementType::kFloat16, {2, 3}, {0, 0, 0, 1, 0, 0})).Check();
  EyeLike(in, ElementType::kBool, 3).Output(MakeValue(ElementType::kBool, {2, 3}, {0, 0, 0, 0, 0, 0})).Check();
  EyeLike(in, ElementType::kInt8, INT32_MIN).Output(MakeValue(ElementType::kInt8, {2, 3}, {0, 0, 0, 0, 0, 0})).Check();
  EyeLike(F32({0, 3}, {}), ElementType::kUndefined, 0).Output(F32({0, 3}, {})).Check();
}

TEST(EyeLike, Wrong) {
  const Value in = F32({2}, {1, 2});
  EyeLike(in, ElementType::kUndefined, 0).Output(in).ExpectError(StatusCode::kInvalidModel, "not a matrix");
  EyeLike(F32({1, 1}, {0}), ElementType::kInt4, 0).Output(in).ExpectError(StatusCode::kUnsupported, "int4");
}

}  // namespace
}  // namespace linnet::testing
