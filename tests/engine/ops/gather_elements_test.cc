#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest GatherElements(int axis, const Value& in, const Value& indices) {
  OpTest test(OpCode::GatherElements);
  test.Attrs<format::GatherElementsT>([&](auto& a) { a.axis = axis; }).Input(in).Input(indices);
  return test;
}

const Value kSquare = F32({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});

TEST(GatherElements, BothAxes) {
  GatherElements(1, F32({2, 2}, {1, 2, 3, 4}), I64({2, 2}, {0, 0, 1, 0})).Output(F32({2, 2}, {1, 1, 4, 3})).Check();
  GatherElements(0, kSquare, I32({2, 3}, {1, 2, 0, 2, 0, 0})).Output(F32({2, 3}, {4, 8, 3, 7, 2, 3})).Check();
  GatherElements(0, kSquare, I64({2, 3}, {-1, -2, 0, -2, 0, 0})).Output(F32({2, 3}, {7, 5, 3, 4, 2, 3})).Check();
}

TEST(GatherElements, SmallerIndicesAndSizes) {
  for (const ElementType type :
       {ElementType::kInt8, ElementType::kBfloat16, ElementType::kUint32, ElementType::kFloat64}) {
    GatherElements(1, MakeValue(type, {2, 3}, {1, 2, 3, 4, 5, 6}), I64({1, 4}, {2, 2, 0, 1}))
        .Output(MakeValue(type, {1, 4}, {3, 3, 1, 2}))
        .Check();
  }
  GatherElements(0, kSquare, I64({0, 3}, {})).Output(F32({0, 3}, {})).Check();
}

TEST(GatherElements, Wrong) {
  GatherElements(0, kSquare, I64({1, 1}, {3})).Output(F32({1, 1}, {0})).ExpectError(StatusCode::kOutOfRange, "index 3");
  GatherElements(0, kSquare, I64({1, 4}, {0, 0, 0, 0}))
      .Output(F32({1, 4}, {0, 0, 0, 0}))
      .ExpectError(StatusCode::kInvalidModel, "do not fit");
  GatherElements(0, kSquare, I64({1}, {0})).Output(kSquare).ExpectError(StatusCode::kInvalidModel, "do not fit");
  GatherElements(-3, kSquare, I64({1, 1}, {0})).Output(kSquare).ExpectError(StatusCode::kInvalidModel, "axis -3");
}

}  // namespace
}  // namespace linnet::testing
