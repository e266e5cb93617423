#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest GatherND(int batch_dims, const Value& in, const Value& indices) {
  OpTest test(OpCode::GatherND);
  test.Attrs<format::BatchDimsT>([&](auto& a) { a.batch_dims = batch_dims; }).Input(in).Input(indices);
  return test;
}

const Value kCube = F32({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});

TEST(GatherND, ElementsAndSlices) {
  GatherND(0, F32({2, 2}, {0, 1, 2, 3}), I64({2, 2}, {0, 0, 1, 1})).Output(F32({2}, {0, 3})).Check();
  GatherND(0, F32({2, 2}, {0, 1, 2, 3}), I64({2, 1}, {1, 0})).Output(F32({2, 2}, {2, 3, 0, 1})).Check();
  GatherND(0, kCube, I32({2, 2}, {0, 1, 1, 0})).Output(F32({2, 2}, {2, 3, 4, 5})).Check();
  GatherND(0, kCube, I64({2, 1, 2}, {0, -1, -1, 0})).Output(F32({2, 1, 2}, {2, 3, 4, 5})).Check();
}

TEST(GatherND, BatchDimensions) {
  GatherND(1, kCube, I64({2, 1}, {1, 0})).Output(F32({2, 2}, {2, 3, 4, 5})).Check();
  GatherND(2, kCube, I64({2, 2, 1}, {1, 0, 0, 1})).Output(F32({2, 2}, {1, 2, 4, 7})).Check();
}

TEST(GatherND, EmptyTuplesAndResults) {
  GatherND(0, F32({2}, {1, 2}), I64({3, 0}, {})).Output(F32({3, 2}, {1, 2, 1, 2, 1, 2})).Check();
  GatherND(0, kCube, I64({0, 2}, {})).Output(F32({0, 2}, {})).Check();
}

TEST(GatherND, Wrong) {
  const auto invalid = StatusCode::kInvalidModel;
  GatherND(0, kCube, I64({1, 2}, {0, 2})).Output(F32({1, 2}, {0, 0})).ExpectError(StatusCode::kOutOfRange, "tuple 0");
  GatherND(0, kCube, I64({1, 4}, {0, 0, 0, 0})).Output(kCube).ExpectError(invalid, "do not fit");
  GatherND(1, kCube, I64({3, 1}, {0, 0, 0})).Output(kCube).ExpectError(invalid, "do not fit");
  GatherND(-1, kCube, I64({1, 1}, {0})).Output(kCube).ExpectError(invalid, "do not fit");
  GatherND(0, kCube, I64({}, {0})).Output(kCube).ExpectError(invalid, "do not fit");
}

}  // namespace
}  // namespace linnet::testing
