#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

enum Reduction { kNone, kAdd, kMul, kMax, kMin };

OpTest Scatter(int axis, Reduction reduction, const Value& data, const Value& indices, const Value& updates) {
  OpTest test(OpCode::ScatterElements);
  test.Attrs<format::ScatterT>([&](auto& a) {
    a.axis = axis;
    a.reduction = reduction;
  });
  test.Input(data).Input(indices).Input(updates);
  return test;
}

TEST(ScatterElements, Stores) {
  const Value zeros = F32({3, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0});
  Scatter(0, kNone, zeros, I64({2, 3}, {1, 0, 2, 0, 2, 1}), F32({2, 3}, {1, 2, 3, 4, 5, 6}))
      .Output(F32({3, 3}, {4, 2, 0, 1, 0, 6, 0, 5, 3}))
      .Check();
  Scatter(1, kNone, F32({1, 5}, {1, 2, 3, 4, 5}), I32({1, 2}, {1, -2}), F32({1, 2}, {-1, -2}))
      .Output(F32({1, 5}, {1, -1, 3, -2, 5}))
      .Check();
}

TEST(ScatterElements, LastUpdateStays) {
  Scatter(0, kNone, F32({2}, {0, 0}), I64({3}, {1, 1, 1}), F32({3}, {5, 6, 7})).Output(F32({2}, {0, 7})).Check();
}

TEST(ScatterElements, Reductions) {
  for (const ElementType type :
       {ElementType::kFloat32, ElementType::kInt64, ElementType::kUint8, ElementType::kFloat16}) {
    const Value data = MakeValue(type, {3}, {4, 5, 6}), updates = MakeValue(type, {3}, {2, 9, 3});
    const Value indices = I64({3}, {0, 2, 2});
    Scatter(0, kAdd, data, indices, updates).Output(MakeValue(type, {3}, {6, 5, 18})).Check();
    Scatter(0, kMul, data, indices, updates).Output(MakeValue(type, {3}, {8, 5, 162})).Check();
    Scatter(0, kMax, data, indices, updates).Output(MakeValue(type, {3}, {4, 5, 9})).Check();
    Scatter(0, kMin, data, indices, updates).Output(MakeValue(type, {3}, {2, 5, 3})).Check();
  }
}

TEST(ScatterElements, IntegersWrapAndNanWins) {
  Scatter(0, kAdd, MakeValue(ElementType::kInt8, {1}, {127}), I64({1}, {0}), MakeValue(ElementType::kInt8, {1}, {1}))
      .Output(MakeValue(ElementType::kInt8, {1}, {-128}))
      .Check();
  Scatter(0, kMax, F32({2}, {NAN, 1}), I64({2}, {0, 1}), F32({2}, {1, NAN})).Output(F32({2}, {NAN, NAN})).Check();
}

TEST(ScatterElements, NothingToDo) {
  Scatter(0, kAdd, F32({2}, {1, 2}), I64({0}, {}), F32({0}, {})).Output(F32({2}, {1, 2})).Check();
  Scatter(0, kNone, F32({0}, {}), I64({0}, {}), F32({0}, {})).Output(F32({0}, {})).Check();
}

TEST(ScatterElements, Wrong) {
  const Value data = F32({2}, {1, 2}), one = F32({1}, {1});
  const auto invalid = StatusCode::kInvalidModel;
  Scatter(0, kNone, data, I64({1}, {2}), one).Output(data).ExpectError(StatusCode::kOutOfRange, "index 2");
  Scatter(0, kNone, data, I64({1}, {0}), data).Output(data).ExpectError(invalid, "updates");
  Scatter(0, kNone, data, I64({1, 1}, {0}), F32({1, 1}, {1})).Output(data).ExpectError(invalid, "do not fit");
  Scatter(0, kNone, data, I64({1}, {0}), I64({1}, {1})).Output(data).ExpectError(invalid, "int64");
  Scatter(0, static_cast<Reduction>(5), data, I64({1}, {0}), one)
      .Output(data)
      .ExpectError(StatusCode::kUnsupported, "reduction 5");
}

}  // namespace
}  // namespace linnet::testing
