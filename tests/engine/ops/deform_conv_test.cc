#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

// x [1, 3, 3, 1] counts from 0; weight [1, 2, 2, 1] of ones.
const Value kX = F32({1, 3, 3, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8});
const Value kOnes = F32({1, 2, 2, 1}, {1, 1, 1, 1});

OpTest DeformConv(const Value& x, const Value& weight, const Value& offset, int group = 1, int offset_group = 1) {
  OpTest test(OpCode::DeformConv);
  test.Attrs<format::DeformConvT>([&](auto& a) {
    a.group = group;
    a.offset_group = offset_group;
  });
  return test.Input(x).Input(weight).Input(offset);
}

TEST(DeformConv, WithoutOffsetsIsAConvolution) {
  const Value offsets = F32({1, 2, 2, 8}, std::vector<double>(32, 0));
  DeformConv(kX, kOnes, offsets).Output(F32({1, 2, 2, 1}, {8, 12, 20, 24})).Check();
  DeformConv(kX, kOnes, offsets).Input(F32({1}, {0.5})).Output(F32({1, 2, 2, 1}, {8.5, 12.5, 20.5, 24.5})).Check();
  DeformConv(kX, kOnes, offsets)
      .NoInput()
      .Input(F32({1, 2, 2, 4}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}))
      .Output(F32({1, 2, 2, 1}, {0, 1, 3, 0}))
      .Check();
}

TEST(DeformConv, OffsetsMoveTheTaps) {
  // The first tap half a row down and half a column to the right.
  std::vector<double> numbers(32, 0);
  numbers[0] = numbers[1] = 0.5;
  // The last tap of the last pixel out of the picture.
  numbers[30] = 5;
  DeformConv(kX, kOnes, F32({1, 2, 2, 8}, numbers)).Output(F32({1, 2, 2, 1}, {10, 12, 20, 16})).Check();
  numbers[30] = NAN;  // counts as no offset
  DeformConv(kX, kOnes, F32({1, 2, 2, 8}, numbers)).Output(F32({1, 2, 2, 1}, {10, 12, 20, 24})).Check();
}

TEST(DeformConv, Groups) {
  // Two channels, each with a filter and an offset of its own.
  const Value x = F32({1, 1, 2, 2}, {1, 10, 2, 20}), weight = F32({2, 1, 1, 1}, {1, 2});
  DeformConv(x, weight, F32({1, 1, 2, 4}, {0, 1, 0, 0, 0, 0, 0, -1}), 2, 2)
      .Output(F32({1, 1, 2, 2}, {2, 20, 2, 20}))
      .Check();
}

TEST(DeformConv, Wrong) {
  const Value y = F32({1, 2, 2, 1}, {0, 0, 0, 0}), offsets = F32({1, 2, 2, 8}, std::vector<double>(32, 0));
  DeformConv(kX, kOnes, F32({1, 2, 2, 4}, std::vector<double>(16, 0)))
      .Output(y)
      .ExpectError(StatusCode::kInvalidModel, "offsets");
  DeformConv(kX, kOnes, offsets, 2).Output(y).ExpectError(StatusCode::kInvalidModel, "2 groups");
  DeformConv(kX, kOnes, offsets).Input(F32({2}, {1, 2})).Output(y).ExpectError(StatusCode::kInvalidModel, "bias");
  DeformConv(kX, F32({1, 4, 1, 1}, {1, 1, 1, 1}), offsets)
      .Output(y)
      .ExpectError(StatusCode::kInvalidModel, "does not fit");
}

}  // namespace
}  // namespace linnet::testing
