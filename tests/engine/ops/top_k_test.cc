#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest TopK(const Value& x, int64_t k, int axis = -1, bool largest = true) {
  OpTest test(OpCode::TopK);
  test.Attrs<format::TopKT>([&](auto& a) {
    a.axis = axis;
    a.largest = largest;
  });
  return test.Input(x).Param(Ints({k}));
}

TEST(TopK, BestFirstWithTheLowerIndexOfEquals) {
  const Value x = F32({2, 4}, {3, 1, 3, 2, -1, -5, 7, -5});
  TopK(x, 3).Output(F32({2, 3}, {3, 3, 2, 7, -1, -5})).Output(I64({2, 3}, {0, 2, 3, 2, 0, 1})).Check();
  TopK(x, 3, 1, /*largest=*/false).Output(F32({2, 3}, {1, 2, 3, -5, -5, -1})).Output(I64({2, 3}, {1, 3, 0, 1, 3, 0})).Check();
  TopK(x, 1, 0).Output(F32({1, 4}, {3, 1, 7, 2})).Output(I64({1, 4}, {0, 0, 1, 0})).Check();
  TopK(x, 0).Output(F32({2, 0}, {})).Output(I64({2, 0}, {})).Check();
  TopK(x, 2).Output(F32({2, 2}, {3, 3, 7, -1})).NoOutput().Check();
}

TEST(TopK, NaNIsLargest) {
  const Value x = F32({4}, {INFINITY, NAN, -INFINITY, 1});
  TopK(x, 2).Output(F32({2}, {NAN, INFINITY})).Output(I64({2}, {1, 0})).Check();
  TopK(x, 3, 0, false).Output(F32({3}, {-INFINITY, 1, INFINITY})).Output(I64({3}, {2, 3, 0})).Check();
}

TEST(TopK, KeepsEveryBitOfIntegers) {
  const int64_t big = int64_t{1} << 62;
  TopK(I64({3}, {big, big + 1, big - 1}), 2).Output(I64({2}, {big + 1, big})).Output(I64({2}, {1, 0})).Check();
  TopK(MakeValue(ElementType::kUint8, {3}, {200, 3, 255}), 1)
      .Output(MakeValue(ElementType::kUint8, {1}, {255}))
      .Output(I64({1}, {2}))
      .Check();
}

TEST(TopK, SortsOverThreads) {
  constexpr int64_t kRows = 300, kColumns = 70;
  std::vector<double> numbers, values;
  std::vector<int64_t> indices;
  uint32_t state = 1;
  for (int64_t i = 0; i < kRows * kColumns; ++i) numbers.push_back((state = state * 1664525 + 1013904223) >> 26);
  for (int64_t row = 0; row < kRows; ++row) {
    const double* x = &numbers[static_cast<size_t>(row * kColumns)];
    std::vector<int64_t> order(kColumns);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return x[a] > x[b]; });
    for (int64_t index : order) {
      indices.push_back(index);
      values.push_back(x[index]);
    }
  }
  TopK(F32({kRows, kColumns}, numbers), kColumns)
      .Output(F32({kRows, kColumns}, values))
      .Output(I64({kRows, kColumns}, indices))
      .Check();
}

TEST(TopK, Wrong) {
  const Value x = F32({2, 2}, {1, 2, 3, 4});
  TopK(x, 3).Output(x).NoOutput().ExpectError(StatusCode::kInvalidModel, "k is 3");
  TopK(x, -1).Output(x).NoOutput().ExpectError(StatusCode::kInvalidModel, "k is -1");
  TopK(x, 1, 2).Output(x).NoOutput().ExpectError(StatusCode::kInvalidModel, "axis 2");
}

}  // namespace
}  // namespace linnet::testing
