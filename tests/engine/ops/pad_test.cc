#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

using format::PadMode;

OpTest Pad(PadMode mode, const Value& in, const std::vector<int64_t>& pads) {
  OpTest test(OpCode::Pad);
  test.Attrs<format::PadT>([&](auto& a) { a.mode = mode; }).Input(in).Param(Ints(pads));
  return test;
}

const Value kRow = F32({4}, {1, 2, 3, 4});

void CheckRow(PadMode mode, int64_t begin, int64_t end, const std::vector<double>& expected) {
  SCOPED_TRACE(::testing::Message() << EnumNamePadMode(mode) << " " << begin << " " << end);
  Pad(mode, kRow, {begin, end}).Output(F32({static_cast<int64_t>(expected.size())}, expected)).Check();
}

TEST(Pad, OneDimension) {
  CheckRow(PadMode::Constant, 2, 1, {0, 0, 1, 2, 3, 4, 0});
  CheckRow(PadMode::Edge, 2, 1, {1, 1, 1, 2, 3, 4, 4});
  CheckRow(PadMode::Reflect, 2, 3, {3, 2, 1, 2, 3, 4, 3, 2, 1});
  CheckRow(PadMode::Wrap, 2, 3, {3, 4, 1, 2, 3, 4, 1, 2, 3});
}

TEST(Pad, LongerThanTheInput) {
  CheckRow(PadMode::Reflect, 7, 0, {2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4});
  CheckRow(PadMode::Wrap, 5, 6, {4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2});
  Pad(PadMode::Reflect, F32({1}, {5}), {2, 2}).Output(F32({5}, {5, 5, 5, 5, 5})).Check();
}

TEST(Pad, NegativePadsCut) {
  CheckRow(PadMode::Constant, -1, -1, {2, 3});
  CheckRow(PadMode::Constant, -2, 2, {3, 4, 0, 0});
  CheckRow(PadMode::Constant, -4, 1, {0});
  CheckRow(PadMode::Edge, -1, 2, {2, 3, 4, 4, 4});
  CheckRow(PadMode::Reflect, 1, -1, {2, 1, 2, 3});
}

TEST(Pad, TwoDimensions) {
  const Value in = MakeValue(ElementType::kInt8, {2, 2}, {1, 2, 3, 4});
  const auto int8 = [](const Shape& shape, const std::vector<double>& n) {
    return MakeValue(ElementType::kInt8, shape, n);
  };
  Pad(PadMode::Constant, in, {1, 0, 0, 2})
      .Param(int8({}, {9}))
      .Output(int8({3, 4}, {9, 9, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9}))
      .Check();
  Pad(PadMode::Edge, in, {1, 1, 1, 1}).Output(int8({4, 4}, {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4})).Check();
  Pad(PadMode::Reflect, in, {1, 1, 0, 0}).Output(int8({3, 3}, {4, 3, 4, 2, 1, 2, 4, 3, 4})).Check();
  Pad(PadMode::Wrap, in, {0, 1, 1, 0}).Output(int8({3, 3}, {2, 1, 2, 4, 3, 4, 2, 1, 2})).Check();
}

TEST(Pad, AxesAndValue) {
  Pad(PadMode::Constant, F32({1, 2, 1}, {1, 2}), {1, 0})
      .Param(F32({}, {-1}))
      .Param(Ints({-2}))
      .Output(F32({1, 3, 1}, {-1, 1, 2}))
      .Check();
  Pad(PadMode::Constant, F32({1, 2}, {1, 2}), {1, 0, 0, 1})
      .NoInput()
      .Param(Ints({1, 0}))
      .Output(F32({2, 3}, {0, 1, 2, 0, 0, 0}))
      .Check();
  OpTest(OpCode::Pad)
      .Attrs<format::PadT>([](auto& a) {
        a.pads = {1, 1};
      })
      .Input(kRow)
      .NoInput()
      .Param(F32({1}, {7}))
      .Output(F32({6}, {7, 1, 2, 3, 4, 7}))
      .Check();
}

TEST(Pad, EmptyTensors) {
  Pad(PadMode::Constant, F32({0, 2}, {}), {1, 0, 0, 0}).Output(F32({1, 2}, {0, 0})).Check();
  Pad(PadMode::Constant, kRow, {-2, -2}).Output(F32({0}, {})).Check();
  Pad(PadMode::Edge, F32({0}, {}), {0, 0}).Output(F32({0}, {})).Check();
}

TEST(Pad, ImageOverThreads) {
  const Value in = Random(ElementType::kFloat32, {1, 60, 61, 32});
  const std::vector<double> numbers = Numbers(in);
  std::vector<double> expected;
  for (int y = -1; y < 61; ++y) {
    for (int x = -2; x < 62; ++x) {
      for (int c = 0; c < 32; ++c) {
        const bool inside = y >= 0 && y < 60 && x >= 0 && x < 61;
        expected.push_back(inside ? numbers[(y * 61 + x) * 32 + c] : 0);
      }
    }
  }
  Pad(PadMode::Constant, in, {0, 1, 2, 0, 0, 1, 1, 0}).Output(F32({1, 62, 64, 32}, expected)).Check();
}

TEST(Pad, WrongParameters) {
  const auto invalid = StatusCode::kInvalidModel;
  Pad(PadMode::Constant, kRow, {1}).Output(kRow).ExpectError(invalid, "1 pads for 1 axes");
  Pad(PadMode::Constant, kRow, {-3, -2}).Output(kRow).ExpectError(invalid, "do not fit");
  Pad(PadMode::Constant, kRow, {INT64_MIN, 0}).Output(kRow).ExpectError(invalid, "do not fit");
  Pad(PadMode::Constant, kRow, {INT64_MAX, INT64_MAX}).Output(kRow).ExpectError(invalid, "do not fit");
  Pad(PadMode::Constant, kRow, {1, 1}).Param(F32({2}, {1, 2})).Output(kRow).ExpectError(invalid, "not one value");
  Pad(PadMode::Constant, kRow, {1, 1}).Param(I64({}, {1})).Output(kRow).ExpectError(invalid, "int64");
  Pad(PadMode::Edge, F32({0}, {}), {1, 0}).Output(kRow).ExpectError(invalid, "no elements to pad with");
  Pad(PadMode::Wrap, kRow, {-4, 1}).Output(kRow).ExpectError(invalid, "no elements to pad with");
}

}  // namespace
}  // namespace linnet::testing
