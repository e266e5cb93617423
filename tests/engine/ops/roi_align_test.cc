#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

struct Options {
  int height = 1, width = 1, ratio = 0;
  float scale = 1;
  bool max = false, half_pixel = false;
};

OpTest RoiAlign(const Options& o, const Value& x, const Value& rois, const Value& batches) {
  OpTest test(OpCode::RoiAlign);
  test.Attrs<format::RoiPoolT>([&](auto& a) {
    a.output_height = o.height;
    a.output_width = o.width;
    a.sampling_ratio = o.ratio;
    a.spatial_scale = o.scale;
    a.max = o.max;
    a.half_pixel = o.half_pixel;
  });
  return test.Input(x).Input(rois).Input(batches);
}

// Two channels: the column, and 10 times the row.
const Value kX = F32({1, 3, 4, 2}, {0, 0, 1, 0, 2, 0, 3, 0, 0, 10, 1, 10, 2, 10, 3, 10, 0, 20, 1, 20, 2, 20, 3, 20});

TEST(RoiAlign, MeansOfBilinearSamples) {
  // The mean of a plane is its value in the middle.
  RoiAlign({1, 1, 2}, kX, F32({1, 4}, {0, 0, 2, 2}), I64({1}, {0}))
      .Output(F32({1, 1, 1, 2}, {1, 10}))
      .Within(1e-6)
      .Check();
  RoiAlign({1, 2, 1}, kX, F32({1, 4}, {0, 0, 2, 2}), I64({1}, {0}))
      .Output(F32({1, 1, 2, 2}, {0.5, 10, 1.5, 10}))
      .Within(1e-6)
      .Check();
  RoiAlign({1, 1, 1, 0.5f, false, true}, kX, F32({1, 4}, {2, 2, 6, 4}), I64({1}, {0}))
      .Output(F32({1, 1, 1, 2}, {1.5, 10}))
      .Within(1e-6)
      .Check();
}

TEST(RoiAlign, LargestWeightedPixel) {
  RoiAlign({1, 1, 1, 1, true}, kX, F32({1, 4}, {1, 1, 3, 3}), I64({1}, {0})).Output(F32({1, 1, 1, 2}, {2, 20})).Check();
}

TEST(RoiAlign, OutsideAndNoNumber) {
  const Value zero = F32({1, 1, 1, 2}, {0, 0});
  RoiAlign({1, 1, 1}, kX, F32({1, 4}, {50, 50, 60, 60}), I64({1}, {0})).Output(zero).Check();
  RoiAlign({1, 1, 0}, kX, F32({1, 4}, {-INFINITY, -INFINITY, INFINITY, INFINITY}), I64({1}, {0}))
      .OutputShape(ElementType::kFloat32, {1, 1, 1, 2})
      .Check();
  RoiAlign({1, 1, 1}, kX, F32({1, 4}, {NAN, NAN, NAN, NAN}), I64({1}, {0}))
      .OutputShape(ElementType::kFloat32, {1, 1, 1, 2})
      .Check();
  RoiAlign({2, 1, 1}, kX, F32({0, 4}, {}), I64({0}, {})).Output(F32({0, 2, 1, 2}, {})).Check();
}

TEST(RoiAlign, Wrong) {
  const Value rois = F32({1, 4}, {0, 0, 2, 2}), y = F32({1, 1, 1, 2}, {0, 0});
  RoiAlign({}, kX, rois, I64({1}, {1})).Output(y).ExpectError(StatusCode::kOutOfRange, "batch index 1");
  RoiAlign({}, kX, rois, I64({1}, {-1})).Output(y).ExpectError(StatusCode::kOutOfRange, "batch index -1");
  RoiAlign({}, kX, rois, I64({2}, {0, 0})).Output(y).ExpectError(StatusCode::kInvalidModel, "batch indices");
  RoiAlign({}, kX, F32({1, 3}, {0, 0, 2}), I64({1}, {0})).Output(y).ExpectError(StatusCode::kInvalidModel, "regions");
  RoiAlign({0, 1}, kX, rois, I64({1}, {0})).Output(y).ExpectError(StatusCode::kInvalidModel, "0 x 1 bins");
  RoiAlign({}, F32({1, 0, 4, 2}, {}), rois, I64({1}, {0}))
      .Output(y)
      .ExpectError(StatusCode::kInvalidModel, "without pixels");
}

}  // namespace
}  // namespace linnet::testing
