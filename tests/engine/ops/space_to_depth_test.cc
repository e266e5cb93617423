#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest SpaceToDepth(int block, bool nhwc, const Value& in) {
  OpTest test(OpCode::SpaceToDepth);
  test.Attrs<format::DepthToSpaceT>([&](auto& a) {
    a.block = block;
    a.nhwc = nhwc;
  });
  test.Input(in);
  return test;
}

TEST(SpaceToDepth, ChannelsFirst) {
  SpaceToDepth(2, false, F32({1, 1, 2, 4}, {0, 1, 2, 3, 4, 5, 6, 7}))
      .Output(F32({1, 4, 1, 2}, {0, 2, 1, 3, 4, 6, 5, 7}))
      .Check();
  SpaceToDepth(2, false, F32({1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}))
      .Output(F32({1, 8, 1, 1}, {0, 4, 1, 5, 2, 6, 3, 7}))
      .Check();
}

TEST(SpaceToDepth, ChannelsLast) {
  SpaceToDepth(2, true, Iota(ElementType::kInt8, {1, 2, 4, 1}))
      .Output(MakeValue(ElementType::kInt8, {1, 1, 2, 4}, {0, 1, 4, 5, 2, 3, 6, 7}))
      .Check();
}

TEST(SpaceToDepth, UndoesDepthToSpace) {
  const Value in = Random(ElementType::kFloat32, {2, 6, 4, 18});
  const Value deep = SpaceToDepth(2, true, in).OutputShape(ElementType::kFloat32, {2, 3, 2, 72}).Compute()[0];
  OpTest(OpCode::DepthToSpace)
      .Attrs<format::DepthToSpaceT>([](auto& a) {
        a.block = 2;
        a.nhwc = true;
      })
      .Input(deep)
      .Output(in)
      .Check();
}

TEST(SpaceToDepth, Wrong) {
  const Value in = F32({1, 1, 2, 3}, {0, 0, 0, 0, 0, 0});
  SpaceToDepth(2, false, in).Output(in).ExpectError(StatusCode::kInvalidModel, "block 2");
  SpaceToDepth(-1, false, in).Output(in).ExpectError(StatusCode::kInvalidModel, "block -1");
}

}  // namespace
}  // namespace linnet::testing
