#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest DepthToSpace(int block, bool crd, bool nhwc, const Value& in) {
  OpTest test(OpCode::DepthToSpace);
  test.Attrs<format::DepthToSpaceT>([&](auto& a) {
    a.block = block;
    a.crd = crd;
    a.nhwc = nhwc;
  });
  test.Input(in);
  return test;
}

TEST(DepthToSpace, ChannelsFirst) {
  // Channels 0 to 7 of one row of two pixels: value 10 * channel + x.
  std::vector<double> in;
  for (int c = 0; c < 8; ++c) in.insert(in.end(), {c * 10.0, c * 10.0 + 1});
  DepthToSpace(2, false, false, F32({1, 8, 1, 2}, in))
      .Output(F32({1, 2, 2, 4}, {0, 20, 1, 21, 40, 60, 41, 61, 10, 30, 11, 31, 50, 70, 51, 71}))
      .Check();
  DepthToSpace(2, true, false, F32({1, 8, 1, 2}, in))
      .Output(F32({1, 2, 2, 4}, {0, 10, 1, 11, 20, 30, 21, 31, 40, 50, 41, 51, 60, 70, 61, 71}))
      .Check();
}

TEST(DepthToSpace, ChannelsLast) {
  const Value in = Iota(ElementType::kInt16, {1, 1, 2, 8});
  DepthToSpace(2, false, true, in)
      .Output(MakeValue(ElementType::kInt16, {1, 2, 4, 2}, {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15}))
      .Check();
  DepthToSpace(2, true, true, in)
      .Output(MakeValue(ElementType::kInt16, {1, 2, 4, 2}, {0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15}))
      .Check();
}

TEST(DepthToSpace, BlockOfOneAndEmpty) {
  DepthToSpace(1, false, false, F32({1, 2, 1, 1}, {1, 2})).Output(F32({1, 2, 1, 1}, {1, 2})).Check();
  DepthToSpace(2, false, false, F32({0, 4, 1, 1}, {})).Output(F32({0, 1, 2, 2}, {})).Check();
}

TEST(DepthToSpace, Wrong) {
  const Value in = F32({1, 4, 1, 1}, {1, 2, 3, 4});
  DepthToSpace(3, false, false, in).Output(in).ExpectError(StatusCode::kInvalidModel, "block 3");
  DepthToSpace(0, false, false, in).Output(in).ExpectError(StatusCode::kInvalidModel, "block 0");
  DepthToSpace(2, false, true, in).Output(in).ExpectError(StatusCode::kInvalidModel, "block 2");
  DepthToSpace(2, false, false, F32({4}, {1, 2, 3, 4})).Output(in).ExpectError(StatusCode::kInvalidModel, "block 2");
}

}  // namespace
}  // namespace linnet::testing
