#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

void ExpectFlattened(int axis, const Shape& to) {
  OpTest(OpCode::Flatten)
      .Attrs<format::AxisT>([&](auto& a) { a.axis = axis; })
      .Input(Iota(ElementType::kInt32, {2, 3, 4}))
      .Output(Iota(ElementType::kInt32, to))
      .Check();
}

TEST(Flatten, EveryAxis) {
  ExpectFlattened(0, {1, 24});
  ExpectFlattened(1, {2, 12});
  ExpectFlattened(2, {6, 4});
  ExpectFlattened(3, {24, 1});
  ExpectFlattened(-1, {6, 4});
  ExpectFlattened(-3, {1, 24});
}

TEST(Flatten, ScalarAndEmpty) {
  OpTest(OpCode::Flatten).Attrs<format::AxisT>().Input(F32({}, {3})).Output(F32({1, 1}, {3})).Check();
  OpTest(OpCode::Flatten)
      .Attrs<format::AxisT>([](auto& a) { a.axis = 1; })
      .Input(F32({0, 3, 2}, {}))
      .Output(F32({0, 6}, {}))
      .Check();
}

TEST(Flatten, AxisOutOfRange) {
  OpTest(OpCode::Flatten)
      .Attrs<format::AxisT>([](auto& a) { a.axis = 3; })
      .Input(F32({1, 1}, {0}))
      .Output(F32({1, 1}, {0}))
      .ExpectError(StatusCode::kInvalidModel, "axis 3");
}

}  // namespace
}  // namespace linnet::testing
