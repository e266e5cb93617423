#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest OneHot(int axis, const Value& indices, const Value& depth, const Value& values) {
  OpTest test(OpCode::OneHot);
  test.Attrs<format::OneHotT>([&](auto& a) { a.axis = axis; }).Input(indices).Param(depth).Input(values);
  return test;
}

TEST(OneHot, Axes) {
  const Value indices = I64({2, 2}, {1, 0, 2, 1}), depth = I64({}, {3}), values = F32({2}, {0, 5});
  OneHot(-1, indices, depth, values).Output(F32({2, 2, 3}, {0, 5, 0, 5, 0, 0, 0, 0, 5, 0, 5, 0})).Check();
  OneHot(0, indices, depth, values).Output(F32({3, 2, 2}, {0, 5, 0, 0, 5, 0, 0, 5, 0, 0, 5, 0})).Check();
  OneHot(1, indices, depth, values).Output(F32({2, 3, 2}, {0, 5, 5, 0, 0, 0, 0, 0, 0, 5, 5, 0})).Check();
}

TEST(OneHot, NegativeAndOutside) {
  OneHot(-1, I32({4}, {-1, -3, 2, 0}), MakeValue(ElementType::kFloat32, {1}, {2}),
         MakeValue(ElementType::kInt8, {2}, {1, 7}))
      .Output(MakeValue(ElementType::kInt8, {4, 2}, {1, 7, 1, 1, 1, 1, 7, 1}))
      .Check();
}

TEST(OneHot, RealAndUnsignedIndices) {
  OneHot(-1, F32({3}, {1, 0.5, -1}), I64({}, {2}), F32({2}, {0, 1})).Output(F32({3, 2}, {0, 1, 0, 0, 0, 1})).Check();
  OneHot(-1, MakeValue(ElementType::kUint8, {2}, {1, 255}), I64({}, {2}), F32({2}, {0, 1}))
      .Output(F32({2, 2}, {0, 1, 0, 0}))
      .Check();
}

TEST(OneHot, Empty) {
  OneHot(-1, I64({0}, {}), I64({}, {2}), F32({2}, {0, 1})).Output(F32({0, 2}, {})).Check();
  OneHot(-1, I64({1}, {0}), I64({}, {0}), F32({2}, {0, 1})).Output(F32({1, 0}, {})).Check();
}

TEST(OneHot, Wrong) {
  const Value indices = I64({1}, {0}), any = F32({1}, {0});
  OneHot(-1, indices, I64({}, {-1}), F32({2}, {0, 1}))
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "depth is -1");
  OneHot(-1, indices, I64({2}, {1, 1}), F32({2}, {0, 1}))
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "one value");
  OneHot(-1, indices, I64({}, {2}), F32({3}, {0, 1, 2}))
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "[off, on]");
  OneHot(2, indices, I64({}, {2}), F32({2}, {0, 1})).Output(any).ExpectError(StatusCode::kInvalidModel, "axis 2");
}

}  // namespace
}  // namespace linnet::testing
