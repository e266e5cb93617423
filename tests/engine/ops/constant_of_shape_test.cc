#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest ConstantOfShape(ElementType type, double value, int64_t value_int, const std::vector<int64_t>& sizes) {
  OpTest test(OpCode::ConstantOfShape);
  test.Attrs<format::ConstantOfShapeT>([&](auto& a) {
    a.type = static_cast<format::ElementType>(type);
    a.value = value;
    a.value_int = value_int;
  });
  test.Param(Ints(sizes));
  return test;
}

TEST(ConstantOfShape, Types) {
  ConstantOfShape(ElementType::kFloat32, 1.5, 0, {2, 2}).Output(F32({2, 2}, {1.5, 1.5, 1.5, 1.5})).Check();
  ConstantOfShape(ElementType::kInt64, 0, INT64_MIN, {2}).Output(I64({2}, {INT64_MIN, INT64_MIN})).Check();
  ConstantOfShape(ElementType::kBool, 0, 1, {3}).Output(MakeValue(ElementType::kBool, {3}, {1, 1, 1})).Check();
  ConstantOfShape(ElementType::kFloat16, -2, 0, {1}).Output(MakeValue(ElementType::kFloat16, {1}, {-2})).Check();
  ConstantOfShape(ElementType::kUint8, 0, 200, {2}).Output(MakeValue(ElementType::kUint8, {2}, {200, 200})).Check();
}

TEST(ConstantOfShape, ScalarAndEmpty) {
  ConstantOfShape(ElementType::kFloat32, 3, 0, {}).Output(F32({}, {3})).Check();
  ConstantOfShape(ElementType::kFloat32, 3, 0, {2, 0}).Output(F32({2, 0}, {})).Check();
}

TEST(ConstantOfShape, Wrong) {
  const Value any = F32({}, {0});
  ConstantOfShape(ElementType::kFloat32, 0, 0, {-1})
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "negative or too large");
  ConstantOfShape(ElementType::kFloat32, 0, 0, {INT64_MAX, INT64_MAX})
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "too large");
  ConstantOfShape(ElementType::kFloat32, 0, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1})
      .Output(any)
      .ExpectError(StatusCode::kUnsupported, "rank 9");
  ConstantOfShape(ElementType::kString, 0, 0, {1}).Output(any).ExpectError(StatusCode::kUnsupported, "string");
}

}  // namespace
}  // namespace linnet::testing
