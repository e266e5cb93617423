#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest ShapeOf(const Value& in, int start = 0, int end = INT32_MAX) {
  OpTest test(OpCode::Shape);
  test.Attrs<format::ShapeOfT>([&](auto& a) {
    a.start = start;
    a.end = end;
  });
  test.Input(in);
  return test;
}

TEST(Shape, WholeAndPart) {
  const Value in = Iota(ElementType::kFloat32, {2, 3, 4});
  ShapeOf(in).Output(Ints({2, 3, 4})).Check();
  ShapeOf(in, 1).Output(Ints({3, 4})).Check();
  ShapeOf(in, -1).Output(Ints({4})).Check();
  ShapeOf(in, 0, -1).Output(Ints({2, 3})).Check();
  ShapeOf(in, -100, 2).Output(Ints({2, 3})).Check();
  ShapeOf(in, 2, 1).Output(Ints({})).Check();
  ShapeOf(in, 3).Output(Ints({})).Check();
}

TEST(Shape, ScalarEmptyAndPacked) {
  ShapeOf(F32({}, {1})).Output(Ints({})).Check();
  ShapeOf(F32({0, 2}, {})).Output(Ints({0, 2})).Check();
  ShapeOf(Random(ElementType::kInt4, {3})).Output(Ints({3})).Check();
}

}  // namespace
}  // namespace linnet::testing
