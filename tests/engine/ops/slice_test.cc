#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

constexpr int64_t kMax = INT64_MAX, kMin = INT64_MIN;

OpTest Slice(const Value& in, const std::vector<int64_t>& starts, const std::vector<int64_t>& ends) {
  OpTest test(OpCode::Slice);
  test.Input(in).Param(Ints(starts)).Param(Ints(ends));
  return test;
}

// One dimension [0, 1, ... 9].
void Check(int64_t start, int64_t end, int64_t step, const std::vector<double>& expected) {
  SCOPED_TRACE(::testing::Message() << start << ":" << end << ":" << step);
  Slice(Iota(ElementType::kFloat32, {10}), {start}, {end})
      .Param(Ints({0}))
      .Param(Ints({step}))
      .Output(F32({static_cast<int64_t>(expected.size())}, expected))
      .Check();
}

TEST(Slice, OneDimension) {
  Check(2, 5, 1, {2, 3, 4});
  Check(-3, kMax, 1, {7, 8, 9});
  Check(0, -8, 1, {0, 1});
  Check(1, 9, 3, {1, 4, 7});
  Check(-100, 100, 4, {0, 4, 8});
  Check(5, 2, 1, {});
  Check(20, 30, 1, {});
  Check(9, kMin, -1, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  Check(kMax, kMin, -3, {9, 6, 3, 0});
  Check(-1, -4, -1, {9, 8, 7});
  Check(3, 3, -1, {});
  Check(0, 10, kMax, {0});
  Check(9, 0, kMin, {9});
  Check(kMin, kMax, 9, {0, 9});
}

TEST(Slice, SeveralAxes) {
  const Value in = Iota(ElementType::kInt16, {3, 4});
  Slice(in, {1, 1}, {3, 3}).Output(MakeValue(ElementType::kInt16, {2, 2}, {5, 6, 9, 10})).Check();
  Slice(in, {1}, {2}).Output(MakeValue(ElementType::kInt16, {1, 4}, {4, 5, 6, 7})).Check();
  Slice(in, {3, 2}, {0, 0})
      .Param(Ints({-1, 0}))
      .Param(Ints({-2, -1}))
      .Output(MakeValue(ElementType::kInt16, {2, 2}, {11, 9, 7, 5}))
      .Check();
  Slice(in, {2}, {3}).NoInput().NoInput().Output(MakeValue(ElementType::kInt16, {1, 4}, {8, 9, 10, 11})).Check();
}

TEST(Slice, EmptyInput) {
  Slice(F32({0, 2}, {}), {5}, {-1}).Param(Ints({0})).Param(Ints({-1})).Output(F32({0, 2}, {})).Check();
}

TEST(Slice, LargeWindow) {
  const Value in = Iota(ElementType::kFloat32, {70, 80, 40});
  std::vector<double> expected;
  for (int y = 3; y < 69; ++y) {
    for (int x = 1; x < 79; ++x) {
      for (int c = 4; c < 36; ++c) expected.push_back((y * 80 + x) * 40 + c);
    }
  }
  Slice(in, {3, 1, 4}, {69, -1, 36}).Output(F32({66, 78, 32}, expected)).Check();
}

TEST(Slice, WrongParameters) {
  const Value in = Iota(ElementType::kFloat32, {3, 4});
  const auto invalid = StatusCode::kInvalidModel;
  Slice(in, {0}, {1, 2}).Output(in).ExpectError(invalid, "1 starts, 2 ends");
  Slice(in, {0, 0, 0}, {1, 1, 1}).Output(in).ExpectError(invalid, "3 starts");
  Slice(in, {0}, {1}).Param(Ints({0, 1})).Output(in).ExpectError(invalid, "1 starts, 2 axes");
  Slice(in, {0}, {1}).Param(Ints({2})).Output(in).ExpectError(invalid, "axis 2");
  Slice(in, {0, 0}, {1, 1}).Param(Ints({1, -1})).Output(in).ExpectError(invalid, "given twice");
  Slice(in, {0}, {1}).Param(Ints({0})).Param(Ints({0})).Output(in).ExpectError(invalid, "step 0 is 0");
  Slice(in, {0}, {1}).Param(Ints({0})).Param(Ints({1, 1})).Output(in).ExpectError(invalid, "2 steps");
}

}  // namespace
}  // namespace linnet::testing
