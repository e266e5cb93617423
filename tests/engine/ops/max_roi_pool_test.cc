#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest MaxRoiPool(int height, int width, const Value& x, const Value& rois) {
  OpTest test(OpCode::MaxRoiPool);
  test.Attrs<format::RoiPoolT>([&](auto& a) {
    a.output_height = height;
    a.output_width = width;
  });
  return test.Input(x).Input(rois);
}

const Value kX = F32({2, 2, 3, 1}, {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6});

TEST(MaxRoiPool, LargestOfEachBin) {
  MaxRoiPool(1, 1, kX, F32({2, 5}, {0, 0, 0, 1, 1, 1, 0, 0, 2, 1})).Output(F32({2, 1, 1, 1}, {5, -1})).Check();
  MaxRoiPool(2, 3, kX, F32({1, 5}, {0, 0, 0, 2, 1})).Output(F32({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6})).Check();
  // A bin outside is empty.
  MaxRoiPool(1, 1, kX, F32({1, 5}, {0, 7, 7, 9, 9})).Output(F32({1, 1, 1, 1}, {0})).Check();
  MaxRoiPool(1, 1, kX, F32({0, 5}, {})).Output(F32({0, 1, 1, 1}, {})).Check();
}

TEST(MaxRoiPool, Wrong) {
  const Value y = F32({1, 1, 1, 1}, {0});
  MaxRoiPool(1, 1, kX, F32({1, 5}, {2, 0, 0, 1, 1})).Output(y).ExpectError(StatusCode::kOutOfRange, "picture 2");
  MaxRoiPool(1, 1, kX, F32({1, 5}, {NAN, 0, 0, 1, 1})).Output(y).ExpectError(StatusCode::kOutOfRange, "region 0");
  MaxRoiPool(1, 1, kX, F32({1, 4}, {0, 0, 1, 1})).Output(y).ExpectError(StatusCode::kInvalidModel, "[regions, 5]");
}

}  // namespace
}  // namespace linnet::testing
