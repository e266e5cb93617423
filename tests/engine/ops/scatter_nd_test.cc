#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

enum Reduction { kNone, kAdd, kMul, kMax, kMin };

OpTest Scatter(Reduction reduction, const Value& data, const Value& indices, const Value& updates) {
  OpTest test(OpCode::ScatterND);
  test.Attrs<format::ScatterT>([&](auto& a) { a.reduction = reduction; });
  test.Input(data).Input(indices).Input(updates);
  return test;
}

const Value kData = F32({3, 2}, {1, 2, 3, 4, 5, 6});

TEST(ScatterND, Stores) {
  Scatter(kNone, F32({5}, {1, 2, 3, 4, 5}), I64({2, 1}, {4, 1}), F32({2}, {9, 8}))
      .Output(F32({5}, {1, 8, 3, 4, 9}))
      .Check();
  Scatter(kNone, kData, I64({1, 1}, {-1}), F32({1, 2}, {7, 8})).Output(F32({3, 2}, {1, 2, 3, 4, 7, 8})).Check();
  Scatter(kNone, kData, I32({2, 2}, {0, 1, 2, 0}), F32({2}, {7, 8})).Output(F32({3, 2}, {1, 7, 3, 4, 8, 6})).Check();
  Scatter(kNone, kData, I64({1, 0}, {}), F32({1, 3, 2}, {6, 5, 4, 3, 2, 1}))
      .Output(F32({3, 2}, {6, 5, 4, 3, 2, 1}))
      .Check();
}

TEST(ScatterND, Reductions) {
  const Value indices = I64({2, 1}, {1, 1}), updates = F32({2, 2}, {1, 10, 2, 3});
  Scatter(kAdd, kData, indices, updates).Output(F32({3, 2}, {1, 2, 6, 17, 5, 6})).Check();
  Scatter(kMul, kData, indices, updates).Output(F32({3, 2}, {1, 2, 6, 120, 5, 6})).Check();
  Scatter(kMax, kData, indices, updates).Output(F32({3, 2}, {1, 2, 3, 10, 5, 6})).Check();
  Scatter(kMin, kData, indices, updates).Output(F32({3, 2}, {1, 2, 1, 3, 5, 6})).Check();
}

TEST(ScatterND, LongSlices) {
  const Value data = Iota(ElementType::kInt32, {2, 1000}), updates = Iota(ElementType::kInt32, {1, 1000});
  std::vector<double> sums(2000);
  for (int i = 0; i < 2000; ++i) sums[i] = i < 1000 ? i : 2 * i - 1000;
  Scatter(kAdd, data, I64({1, 1}, {1}), updates).Output(I32({2, 1000}, sums)).Check();
}

TEST(ScatterND, Wrong) {
  const Value one = F32({1, 2}, {1, 2});
  Scatter(kNone, kData, I64({1, 1}, {3}), one).Output(kData).ExpectError(StatusCode::kOutOfRange, "tuple 0");
  Scatter(kNone, kData, I64({1, 3}, {0, 0, 0}), one).Output(kData).ExpectError(StatusCode::kInvalidModel, "do not fit");
  Scatter(kNone, kData, I64({2, 1}, {0, 0}), one).Output(kData).ExpectError(StatusCode::kInvalidModel, "do not fit");
  Scatter(kNone, kData, I64({}, {0}), one).Output(kData).ExpectError(StatusCode::kInvalidModel, "do not fit");
}

}  // namespace
}  // namespace linnet::testing
