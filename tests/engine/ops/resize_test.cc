#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

using format::CoordinateMode;
using format::ResizeMode;

using Fill = std::function<void(format::ResizeT&)>;

// By scales, or by sizes where `sizes` is not empty.
OpTest Resize(const Value& x, const std::vector<double>& scales, const std::vector<int64_t>& sizes, const Fill& fill) {
  OpTest test(OpCode::Resize);
  test.Attrs<format::ResizeT>(fill);
  test.Input(x).NoInput();
  if (sizes.empty()) return test.Param(F32({static_cast<int64_t>(scales.size())}, scales));
  return test.NoInput().Param(Ints(sizes));
}

const Value kSquare = F32({1, 1, 2, 2}, {1, 2, 3, 4});
const Value kRows = F32({1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});

TEST(Resize, Nearest) {
  const Fill fill = [](auto& a) { a.mode = ResizeMode::Nearest; };
  Resize(kSquare, {1, 1, 2, 3}, {}, fill)
      .Output(F32({1, 1, 4, 6}, {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4}))
      .Check();
  Resize(kRows, {1, 1, 0.6, 0.6}, {}, fill).Output(F32({1, 1, 1, 2}, {1, 3})).Check();
  Resize(MakeValue(ElementType::kInt8, {2, 1, 1}, {3, -4}), {}, {2, 1, 2}, fill)
      .Output(MakeValue(ElementType::kInt8, {2, 1, 2}, {3, 3, -4, -4}))
      .Check();
  Resize(I64({3}, {5, 6, 7}), {}, {6}, fill).Output(I64({6}, {5, 5, 6, 6, 7, 7})).Check();
}

// Output 1 of four over six inputs lies at 1 * 6 / 4 = 1.5, between two of them.
TEST(Resize, NearestRoundsAsAsked) {
  const struct {
    format::NearestMode mode;
    std::vector<double> expected;
  } cases[] = {{format::NearestMode::Floor, {0, 1, 3, 4}},
               {format::NearestMode::Ceil, {0, 2, 3, 5}},
               {format::NearestMode::RoundPreferFloor, {0, 1, 3, 4}},
               {format::NearestMode::RoundPreferCeil, {0, 2, 3, 5}}};
  for (const auto& c : cases) {
    Resize(F32({6}, {0, 1, 2, 3, 4, 5}), {}, {4}, [&](auto& a) {
      a.coordinate = CoordinateMode::Asymmetric;
      a.nearest = c.mode;
    }).Output(F32({4}, c.expected)).Check();
  }
}

TEST(Resize, LinearAtEveryCoordinateMode) {
  const struct {
    CoordinateMode mode;
    std::vector<double> up, down;  // of {1, 2} to four, of {1, 2, 3, 4} to two
  } cases[] = {
      {CoordinateMode::HalfPixel, {1, 1.25, 1.75, 2}, {1.5, 3.5}},
      {CoordinateMode::PytorchHalfPixel, {1, 1.25, 1.75, 2}, {1.5, 3.5}},
      {CoordinateMode::HalfPixelSymmetric, {1, 1.25, 1.75, 2}, {1.5, 3.5}},
      {CoordinateMode::Asymmetric, {1, 1.5, 2, 2}, {1, 3}},
      {CoordinateMode::AlignCorners, {1, 4.0 / 3, 5.0 / 3, 2}, {1, 4}},
  };
  for (const auto& c : cases) {
    const Fill fill = [&](auto& a) {
      a.mode = ResizeMode::Linear;
      a.coordinate = c.mode;
    };
    Resize(F32({2}, {1, 2}), {}, {4}, fill).Output(F32({4}, c.up)).Within(1e-6).Check();
    Resize(F32({4}, {1, 2, 3, 4}), {}, {2}, fill).Output(F32({2}, c.down)).Within(1e-6).Check();
  }
  // A size that is not a whole number: 4 * 0.6 = 2.4, of which two are computed.
  Resize(F32({4}, {1, 2, 3, 4}), {0.6}, {}, [](auto& a) {
    a.mode = ResizeMode::Linear;
    a.coordinate = CoordinateMode::AlignCorners;
  }).Output(F32({2}, {1, 1 + 3 / 1.4})).Within(1e-6).Check();
}

// Keys' kernel with a = -0.75 at 0.25: weights of the four neighbours.
TEST(Resize, Cubic) {
  const Fill fill = [](auto& a) {
    a.mode = ResizeMode::Cubic;
    a.coordinate = CoordinateMode::Asymmetric;
  };
  const double w[] = {-0.10546875, 0.87890625, 0.26171875, -0.03515625};  // at -1, 0, 1, 2 of a place 0.25 beyond 0
  const std::vector<double> x = {4, 1, 7, 2};
  const double inside = w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3];
  const double edge = (w[0] + w[1]) * x[0] + w[2] * x[1] + w[3] * x[2];
  const std::vector<Value> y = Resize(F32({4}, x), {4}, {}, fill).OutputShape(ElementType::kFloat32, {16}).Compute();
  const float* values = reinterpret_cast<const float*>(y[0].bytes.data());
  EXPECT_NEAR(values[5], inside, 1e-5);
  EXPECT_NEAR(values[1], edge, 1e-5);
  EXPECT_EQ(values[4], 1);
  const std::vector<Value> cut = Resize(F32({4}, x), {4}, {}, [&](auto& a) {
                                   fill(a);
                                   a.exclude_outside = true;
                                 }).OutputShape(ElementType::kFloat32, {16}).Compute();
  const double left = (w[1] * x[0] + w[2] * x[1] + w[3] * x[2]) / (w[1] + w[2] + w[3]);
  EXPECT_NEAR(reinterpret_cast<const float*>(cut[0].bytes.data())[1], left, 1e-5);
}

// Half the size: each output is the mean of a triangle four wide, 1 3 3 1.
TEST(Resize, AntialiasWidensTheWindow) {
  Resize(F32({6}, {1, 2, 4, 8, 16, 32}), {}, {3}, [](auto& a) {
    a.mode = ResizeMode::Linear;
    a.antialias = true;
  }).Output(F32({3}, {(1 + 3 * 1 + 3 * 2 + 4) / 8.0, (2 + 3 * 4 + 3 * 8 + 16) / 8.0, (8 + 3 * 16 + 3 * 32 + 32) / 8.0}))
      .Within(1e-5)
      .Check();
}

TEST(Resize, CropAndResize) {
  OpTest test(OpCode::Resize);
  test.Attrs<format::ResizeT>([](auto& a) {
    a.mode = ResizeMode::Linear;
    a.coordinate = CoordinateMode::TfCropAndResize;
    a.extrapolation_value = 10;
    a.axes = {1};
  });
  // From 0.5 to 1.5 of two steps: 1, 2, and beyond the end.
  test.Input(F32({1, 3}, {1, 2, 3})).Param(F32({2}, {0.5, 1.5})).NoInput().Param(Ints({3}));
  test.Output(F32({1, 3}, {2, 3, 10})).Within(1e-6).Check();
}

TEST(Resize, AspectPolicies) {
  const auto with = [](format::AspectPolicy policy) {
    return [=](auto& a) {
      a.aspect = policy;
      a.axes = {0, 1};
    };
  };
  const Value x = F32({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  Resize(x, {}, {4, 4}, with(format::AspectPolicy::NotLarger)).Output(x).Check();
  Resize(x, {}, {4, 4}, with(format::AspectPolicy::NotSmaller)).OutputShape(ElementType::kFloat32, {4, 8}).Check();
}

// Two, three or separated axes; channels last; over threads: linear interpolation of a linear function is that function.
TEST(Resize, LinearFunctionsStayLinear) {
  const struct {
    Shape in;
    std::vector<int64_t> out;
  } cases[] = {{{1, 3, 40, 60}, {1, 3, 80, 90}}, {{2, 40, 30, 5}, {2, 60, 100, 5}}, {{1, 4, 5, 6, 2}, {1, 8, 9, 8, 2}},
               {{3, 4, 5}, {7, 4, 11}}};
  for (const auto& c : cases) {
    const auto make = [&](const Shape& shape, ElementType type) {
      std::vector<double> values;
      for (int64_t i = 0; i < shape.elements(); ++i) {
        double value = 0;
        int64_t rest = i;
        for (int d = shape.rank() - 1; d >= 0; --d) {
          const int64_t out = c.out[static_cast<size_t>(d)], index = rest % shape[d];
          rest /= shape[d];
          const double place = out > 1 ? static_cast<double>(index) * (c.in[d] - 1.0) / (shape[d] - 1.0) : 0;
          value += (d + 1) * place;
        }
        values.push_back(value);
      }
      return MakeValue(type, shape, values);
    };
    Shape out;
    for (int64_t size : c.out) out.Append(size);
    for (ElementType type : {ElementType::kFloat32, ElementType::kFloat64}) {
      Resize(make(c.in, type), {}, c.out, [](auto& a) {
        a.mode = ResizeMode::Linear;
        a.coordinate = CoordinateMode::AlignCorners;
      }).Output(make(out, type)).Within(2e-4).Check();
    }
  }
}

TEST(Resize, IntegersAreCutOff) {
  Resize(MakeValue(ElementType::kUint8, {2}, {1, 4}), {}, {4}, [](auto& a) { a.mode = ResizeMode::Linear; })
      .Output(MakeValue(ElementType::kUint8, {4}, {1, 1, 3, 4}))
      .Check();
}

TEST(Resize, EmptyAndSame) {
  const Fill none = [](auto&) {};
  Resize(kSquare, {1, 1, 1, 1}, {}, none).Output(kSquare).Check();
  Resize(F32({0, 2}, {}), {1, 2}, {}, none).Output(F32({0, 4}, {})).Check();
  Resize(kSquare, {1, 1, 0.1, 1}, {}, none).Output(F32({1, 1, 0, 2}, {})).Check();
}

TEST(Resize, Wrong) {
  const Fill none = [](auto&) {};
  const auto expect = [](OpTest test, const char* part) { test.Output(kSquare).ExpectError(StatusCode::kInvalidModel, part); };
  expect(Resize(kSquare, {1, 1}, {}, none), "expected 4");
  expect(Resize(kSquare, {1, 1, -1, 1}, {}, none), "scale 2");
  expect(Resize(kSquare, {1, 1, NAN, 1}, {}, none), "scale 2");
  expect(Resize(kSquare, {1, 1, 1e30, 1}, {}, none), "scale 2");
  expect(Resize(kSquare, {}, {1, 1, -2, 1}, none), "size 2");
  expect(Resize(kSquare, {}, {1, 1}, none), "expected 4");
  expect(Resize(F32({0}, {}), {}, {2}, none), "empty");
  expect(Resize(kSquare, {1, 1, 1, 1}, {}, [](auto& a) { a.coordinate = CoordinateMode::TfCropAndResize; }), "region");
  OpTest neither(OpCode::Resize);
  expect(neither.Attrs<format::ResizeT>().Input(kSquare), "neither");
  Resize(kSquare, {}, {1, 1, int64_t{1} << 31, int64_t{1} << 31}, none)
      .Output(kSquare)
      .ExpectError(StatusCode::kInvalidModel, "size 2");
}

}  // namespace
}  // namespace linnet::testing
