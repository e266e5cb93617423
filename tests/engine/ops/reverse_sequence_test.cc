#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Reverse(int batch, int time, const Value& in, const Value& lengths) {
  OpTest test(OpCode::ReverseSequence);
  test.Attrs<format::ReverseSequenceT>([&](auto& a) {
    a.batch_axis = batch;
    a.time_axis = time;
  });
  test.Input(in).Input(lengths);
  return test;
}

TEST(ReverseSequence, BothOrders) {
  const Value in = Iota(ElementType::kFloat32, {4, 4});
  Reverse(1, 0, in, I64({4}, {4, 3, 2, 1}))
      .Output(F32({4, 4}, {12, 9, 6, 3, 8, 5, 2, 7, 4, 1, 10, 11, 0, 13, 14, 15}))
      .Check();
  Reverse(0, 1, in, I64({4}, {1, 2, 3, 4}))
      .Output(F32({4, 4}, {0, 1, 2, 3, 5, 4, 6, 7, 10, 9, 8, 11, 15, 14, 13, 12}))
      .Check();
}

TEST(ReverseSequence, WithFeatures) {
  Reverse(1, 0, Iota(ElementType::kInt8, {2, 2, 2}), I64({2}, {2, 0}))
      .Output(MakeValue(ElementType::kInt8, {2, 2, 2}, {4, 5, 2, 3, 0, 1, 6, 7}))
      .Check();
  Reverse(1, 0, F32({0, 2}, {}), I64({2}, {0, 0})).Output(F32({0, 2}, {})).Check();
}

TEST(ReverseSequence, Wrong) {
  const Value in = Iota(ElementType::kFloat32, {2, 2});
  Reverse(1, 0, in, I64({2}, {3, 1})).Output(in).ExpectError(StatusCode::kOutOfRange, "length 3 of sequence 0");
  Reverse(1, 0, in, I64({2}, {1, -1})).Output(in).ExpectError(StatusCode::kOutOfRange, "length -1 of sequence 1");
  Reverse(1, 0, in, I64({1}, {1})).Output(in).ExpectError(StatusCode::kInvalidModel, "lengths");
  Reverse(1, 1, in, I64({2}, {1, 1})).Output(in).ExpectError(StatusCode::kInvalidModel, "both 1");
}

}  // namespace
}  // namespace linnet::testing
