#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

using format::GridPadding;
using format::ResizeMode;

OpTest GridSample(ResizeMode mode, GridPadding padding, bool align_corners, const Value& x, const Value& grid) {
  OpTest test(OpCode::GridSample);
  test.Attrs<format::GridSampleT>([&](auto& a) {
    a.mode = mode;
    a.padding = padding;
    a.align_corners = align_corners;
  });
  return test.Input(x).Input(grid);
}

const Value kRow = F32({1, 4, 1}, {1, 2, 3, 5});

Value Places(const std::vector<double>& places) { return F32({1, static_cast<int64_t>(places.size()), 1}, places); }
Value Sampled(const std::vector<double>& values) { return Places(values); }

TEST(GridSample, BordersAreCentersOrEdges) {
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, kRow, Places({-1, 1, 0}))
      .Output(Sampled({1, 5, 2.5}))
      .Within(1e-6)
      .Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, false, kRow, Places({-0.75, -1, 1, 0}))
      .Output(Sampled({1, 0.5, 2.5, 2.5}))
      .Within(1e-6)
      .Check();
}

TEST(GridSample, WhatLiesOutside) {
  const Value places = Places({-2, 3});
  GridSample(ResizeMode::Nearest, GridPadding::Zeros, true, kRow, places).Output(Sampled({0, 0})).Check();
  GridSample(ResizeMode::Nearest, GridPadding::Border, true, kRow, places).Output(Sampled({1, 5})).Check();
  // Positions -1.5 and 6: 1.5 rounds to 2 (3), 6 is reflected at 3 to 0.
  GridSample(ResizeMode::Nearest, GridPadding::Reflection, true, kRow, places).Output(Sampled({3, 1})).Check();
  GridSample(ResizeMode::Linear, GridPadding::Border, false, kRow, places).Output(Sampled({1, 5})).Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, kRow, Places({NAN, INFINITY}))
      .Output(Sampled({1, 0}))
      .Check();
}

TEST(GridSample, CubicMeetsThePixels) {
  GridSample(ResizeMode::Cubic, GridPadding::Border, true, kRow, Places({-1, -1.0 / 3, 1}))
      .Output(Sampled({1, 2, 5}))
      .Within(1e-5)
      .Check();
}

TEST(GridSample, PicturesVolumesAndTypes) {
  // Innermost dimension first: x, then y.
  const Value picture = F32({1, 2, 2, 2}, {1, 10, 2, 20, 3, 30, 4, 40});
  GridSample(ResizeMode::Nearest, GridPadding::Zeros, true, picture, F32({1, 1, 2, 2}, {1, -1, 0, 0}))
      .Output(F32({1, 1, 2, 2}, {2, 20, 1, 10}))
      .Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, picture, F32({1, 1, 1, 2}, {0, 0}))
      .Output(F32({1, 1, 1, 2}, {2.5, 25}))
      .Check();
  const Value volume = F32({1, 2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8});
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, volume, F32({1, 1, 1, 1, 3}, {0, 0, 1}))
      .Output(F32({1, 1, 1, 1, 1}, {6.5}))
      .Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, MakeValue(ElementType::kInt8, {1, 2, 1}, {1, 2}),
             Places({0}))
      .Output(MakeValue(ElementType::kInt8, {1, 1, 1}, {1}))
      .Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, F32({0, 2, 1}, {}), F32({0, 3, 1}, {}))
      .Output(F32({0, 3, 1}, {}))
      .Check();
  GridSample(ResizeMode::Linear, GridPadding::Zeros, true, kRow, F32({1, 0, 1}, {})).Output(F32({1, 0, 1}, {})).Check();
}

TEST(GridSample, Wrong) {
  const auto wrong = [](const Value& x, const Value& grid, const char* part) {
    GridSample(ResizeMode::Linear, GridPadding::Zeros, false, x, grid)
        .Output(kRow)
        .ExpectError(StatusCode::kInvalidModel, part);
  };
  wrong(kRow, F32({1, 1, 2}, {0, 0}), "grid float32 [1, 1, 2]");
  wrong(kRow, F32({2, 1, 1}, {0, 0}), "grid float32 [2, 1, 1]");
  wrong(F32({1, 0, 1}, {}), Places({0}), "without pixels");
}

}  // namespace
}  // namespace linnet::testing
