#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

using format::CoordinateMode;
using format::ResizeMode;
using format::ResizeT;

template <typename Fill>
OpTest Resize(const Value& x, ResizeMode mode, const Fill& fill) {
  OpTest test(OpCode::Resize);
  test.Attrs<ResizeT>([&](auto& a) {
    a.mode = mode;
    fill(a);
  });
  test.Input(x);
  return test;
}
OpTest Resize(const Value& x, ResizeMode mode = ResizeMode::Nearest) {
  return Resize(x, mode, [](ResizeT&) {});
}
Value Scales(const std::vector<double>& scales) { return F32({static_cast<int64_t>(scales.size())}, scales); }
OpTest Scaled(OpTest test, const std::vector<double>& scales) { return test.NoInput().Param(Scales(scales)); }
OpTest Sized(OpTest test, const std::vector<int64_t>& sizes) { return test.NoInput().NoInput().Param(Ints(sizes)); }

const Value kSquare = F32({1, 2, 2, 1}, {1, 2, 3, 4});
const Value kRow = F32({4}, {1, 2, 3, 4});

TEST(ResizeRows, NearestOfEveryType) {
  for (ElementType type : {ElementType::kFloat32, ElementType::kBool, ElementType::kInt8, ElementType::kUint16,
                           ElementType::kFloat16, ElementType::kInt64, ElementType::kFloat64, ElementType::kInt4}) {
    SCOPED_TRACE(ElementTypeName(type));
    Scaled(Resize(MakeValue(type, {2, 2}, {1, 0, 0, 1})), {2, 1.5})
        .Output(MakeValue(type, {4, 3}, {1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1}))
        .Check();
  }
}

TEST(ResizeRows, NearestPixelsOfChannels) {
  const Value x = F32({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  Scaled(Resize(x), {1, 2, 2, 1})
      .Output(F32({1, 2, 4, 3}, {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}))
      .Check();
}

// Half pixels of 4 * 0.6 = 2.4 elements, of which there are 2, lie symmetrically: offset 2 * (1 - 2 / 2.4) = 1/3, at
// 1/3 + 0.5 / 0.6 - 0.5 = 2/3 and 7/3.
TEST(ResizeRows, ScalesThatGiveNoWholeSize) {
  Scaled(Resize(kRow, ResizeMode::Linear, [](ResizeT& a) { a.coordinate = CoordinateMode::HalfPixelSymmetric; }), {0.6})
      .Output(F32({2}, {1 + 2.0 / 3, 1 + 7.0 / 3}))
      .Within(1e-6)
      .Check();
  // 3 * float(5/3) is 5, not 4.
  Scaled(Resize(F32({3}, {1, 2, 3})), {5.0 / 3}).Output(F32({5}, {1, 1, 2, 3, 3})).Check();
}

TEST(ResizeRows, BilinearPlanesAndChannels) {
  const std::vector<double> expected = {1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4};
  const auto corners = [](ResizeT& a) { a.coordinate = CoordinateMode::AlignCorners; };
  Sized(Resize(kSquare, ResizeMode::Linear, corners), {1, 3, 3, 1}).Output(F32({1, 3, 3, 1}, expected)).Check();
  Sized(Resize(F32({1, 1, 2, 2}, {1, 2, 3, 4}), ResizeMode::Linear, corners), {1, 1, 3, 3})
      .Output(F32({1, 1, 3, 3}, expected))
      .Check();
}

// Halved, a triangle spans 4 elements: weights 1, 3, 3, 1 of 8; the edge stands for what lies behind it.
TEST(ResizeRows, Antialias) {
  const auto antialias = [](ResizeT& a) { a.antialias = true; };
  Scaled(Resize(kRow, ResizeMode::Linear, antialias), {0.5})
      .Output(F32({2}, {(1 + 3 + 6 + 3) / 8.0, (2 + 9 + 12 + 4) / 8.0}))
      .Within(1e-6)
      .Check();
  Scaled(Resize(kRow, ResizeMode::Linear,
                [](ResizeT& a) {
                  a.antialias = true;
                  a.exclude_outside = true;
                }),
         {0.5})
      .Output(F32({2}, {(3 + 6 + 3) / 7.0, (2 + 9 + 12) / 7.0}))
      .Within(1e-6)
      .Check();
  Scaled(Resize(kRow, ResizeMode::Linear, antialias), {2})
      .Output(F32({8}, {1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4}))
      .Check();
}

TEST(ResizeRows, CropsARegion) {
  const auto crop = [](const Value& x, ResizeMode mode, const Value& roi, const std::vector<int64_t>& sizes) {
    OpTest test = Resize(x, mode, [](ResizeT& a) {
      a.coordinate = CoordinateMode::TfCropAndResize;
      a.extrapolation_value = 10;
    });
    return test.Param(roi).NoInput().Param(Ints(sizes));
  };
  crop(kRow, ResizeMode::Linear, Scales({1.0 / 3, 1}), {3}).Output(F32({3}, {2, 3, 4})).Within(1e-6).Check();
  crop(kRow, ResizeMode::Linear, Scales({0.5, 1.5}), {3}).Output(F32({3}, {2.5, 4, 10})).Within(1e-6).Check();
  crop(kRow, ResizeMode::Linear, Scales({0, 1}), {1}).Output(F32({1}, {2.5})).Check();
  crop(kRow, ResizeMode::Nearest, Scales({-1, 2}), {4}).Output(F32({4}, {10, 1, 4, 10})).Check();
  // Of [2, 2, 2 channels]: the second row below the image, the second column beside it.
  const Value x = F32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Value roi = Scales({0, 0, 0, 2, 2, 1});
  const Value expected = F32({2, 2, 2}, {1, 2, 10, 10, 10, 10, 10, 10});
  crop(x, ResizeMode::Linear, roi, {2, 2, 2}).Output(expected).Check();
  crop(x, ResizeMode::Nearest, roi, {2, 2, 2}).Output(expected).Check();
  crop(MakeValue(ElementType::kInt32, {2, 2, 2}, Numbers(x)), ResizeMode::Linear, roi, {2, 2, 2})
      .Output(MakeValue(ElementType::kInt32, {2, 2, 2}, Numbers(expected)))
      .Check();
}

TEST(ResizeRows, OtherTypes) {
  for (ElementType type : {ElementType::kFloat64, ElementType::kFloat16, ElementType::kBfloat16}) {
    SCOPED_TRACE(ElementTypeName(type));
    Scaled(Resize(MakeValue(type, {4}, {1, 2, 3, 4}), ResizeMode::Linear), {2})
        .Output(MakeValue(type, {8}, {1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4}))
        .Check();
  }
  // Cut off, but a constant stays what it is.
  Sized(Resize(MakeValue(ElementType::kInt8, {2}, {-1, -2}), ResizeMode::Linear), {4})
      .Output(MakeValue(ElementType::kInt8, {4}, {-1, -1, -1, -2}))
      .Check();
  Sized(Resize(MakeValue(ElementType::kUint8, {3}, {7, 7, 7}), ResizeMode::Linear), {7})
      .Output(MakeValue(ElementType::kUint8, {7}, {7, 7, 7, 7, 7, 7, 7}))
      .Check();
  // Cubic overshoots: no wrapping around.
  Sized(Resize(MakeValue(ElementType::kUint8, {4}, {0, 0, 255, 255}), ResizeMode::Cubic), {8})
      .Output(MakeValue(ElementType::kUint8, {8}, {0, 0, 0, 57, 197, 255, 255, 255}))
      .Check();
}

// Sums over dimensions in the plainest way: every output element over all of its taps. HalfPixel, no antialias.
std::vector<double> Naive(const Value& x, const Shape& out, const std::vector<int>& axes) {
  std::vector<double> values = Numbers(x);
  Shape shape = x.shape;
  for (const int axis : axes) {
    const int64_t outer = shape.Product(0, axis), inner = shape.Product(axis + 1, shape.rank()), n = shape[axis];
    std::vector<double> next;
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t i = 0; i < out[axis]; ++i) {
        const double at =
            (static_cast<double>(i) + 0.5) * static_cast<double>(n) / static_cast<double>(out[axis]) - 0.5;
        const double below = std::floor(at), w = at - below;
        const int64_t lo = std::max<int64_t>(static_cast<int64_t>(below), 0);
        const int64_t hi = std::min<int64_t>(static_cast<int64_t>(below) + 1, n - 1);
        for (int64_t c = 0; c < inner; ++c) {
          next.push_back((1 - w) * values[(o * n + lo) * inner + c] + w * values[(o * n + hi) * inner + c]);
        }
      }
    }
    values = next;
    shape[axis] = out[axis];
  }
  return values;
}

TEST(ResizeRows, LargerImagesOverThreads) {
  struct Case {
    Shape in, out;
    std::vector<int> axes;
  };
  const Case cases[] = {
      {{1, 30, 40, 33}, {1, 60, 80, 33}, {1, 2}}, {{2, 3, 50, 60}, {2, 3, 75, 201}, {2, 3}},
      {{1, 64, 64, 16}, {1, 31, 90, 16}, {1, 2}}, {{1, 6, 20, 20, 5}, {1, 11, 30, 50, 5}, {1, 2, 3}},
      {{2, 300, 40}, {2, 400, 40}, {1}},          {{4, 6, 5, 7, 8}, {6, 3, 5, 11, 16}, {0, 1, 3, 4}},
  };
  for (const Case& c : cases) {
    const Value x = Random(ElementType::kFloat32, c.in);
    OpTest test = Resize(x, ResizeMode::Linear);
    std::vector<int64_t> sizes(c.out.begin(), c.out.end());
    Sized(test, sizes).Output(F32(c.out, Naive(x, c.out, c.axes))).Within(1e-5).Check();
  }
}

// x is a part of a split, y a part of a concat: their pixels are not dense.
TEST(ResizeRows, ReadsAndWritesViews) {
  for (const ResizeMode mode : {ResizeMode::Nearest, ResizeMode::Linear}) {
    for (const ElementType type : {ElementType::kFloat32, ElementType::kInt32}) {
      SCOPED_TRACE(ElementTypeName(type));
      ModelBuilder builder;
      const int x = builder.AddInput("x", type, {1, 2, 2, 2});
      const int first = builder.AddResult("first"), second = builder.AddResult("second");
      const int resized = builder.AddResult("resized"), both = builder.AddResult("both", type, {1, 4, 4, 2});
      const int other = builder.AddInput("other", type, {1, 4, 4, 1});
      const int sizes = builder.AddConstant("sizes", Ints({1, 4, 4, 1}));
      format::SplitT split;
      split.axis = 3;
      split.num_outputs = 2;
      builder.AddOp(OpCode::Split, split, {x}, {first, second});
      ResizeT resize;
      resize.mode = mode;
      builder.AddOp(OpCode::Resize, resize, {second, -1, -1, sizes}, {resized});
      format::AxisT axis;
      axis.axis = 3;
      builder.AddOp(OpCode::Concat, axis, {other, resized}, {both});
      builder.MarkOutput(both);
      const ModelBuilder::File file = builder.Finish();
      auto model = Model::FromBuffer(file.data(), file.size());
      ASSERT_TRUE(model.ok()) << model.message();
      auto session = Session::Create(*model);
      ASSERT_TRUE(session.ok()) << session.message();
      const Value pixels = MakeValue(type, {1, 2, 2, 2}, {9, 0, 9, 8, 9, 16, 9, 24});
      std::memcpy(session->Input("x")->raw_data(), pixels.bytes.data(), pixels.bytes.size());
      std::memset(session->Input("other")->raw_data(), 0, session->Input("other")->bytes());
      ASSERT_TRUE(session->Run().ok());
      const std::vector<double> expected =
          mode == ResizeMode::Nearest ? std::vector<double>{0, 0, 8, 8, 0, 0, 8, 8, 16, 16, 24, 24, 16, 16, 24, 24}
                                      : std::vector<double>{0, 2, 6, 8, 4, 6, 10, 12, 12, 14, 18, 20, 16, 18, 22, 24};
      std::vector<double> pairs;
      for (const double value : expected) {
        pairs.push_back(0);
        pairs.push_back(value);
      }
      Value actual = MakeValue(type, {1, 4, 4, 2}, pairs);
      std::memcpy(actual.bytes.data(), session->Output(0)->raw_data(), actual.bytes.size());
      ExpectSame(actual, MakeValue(type, {1, 4, 4, 2}, pairs));
    }
  }
}

TEST(ResizeRows, EmptyAndScalar) {
  Sized(Resize(F32({0, 2}, {})), {0, 4}).Output(F32({0, 4}, {})).Check();
  Sized(Resize(F32({2}, {1, 2}), ResizeMode::Linear), {0}).Output(F32({0}, {})).Check();
  Scaled(Resize(F32({2}, {1, 2}), ResizeMode::Cubic), {0.25}).Output(F32({0}, {})).Check();
  Scaled(Resize(F32({}, {3}), ResizeMode::Linear), {}).Output(F32({}, {3})).Check();
}

TEST(ResizeRows, WrongParameters) {
  const auto invalid = StatusCode::kInvalidModel;
  Scaled(Resize(kRow), {2, 2}).Output(kRow).ExpectError(invalid, "expected 1 numbers");
  Scaled(Resize(kRow), {-2}).Output(kRow).ExpectError(invalid, "scale 0 is -2");
  Scaled(Resize(kRow), {NAN}).Output(kRow).ExpectError(invalid, "scale 0 is nan");
  Scaled(Resize(kRow), {1e30}).Output(kRow).ExpectError(invalid, "scale 0 is 1e+30");
  Sized(Resize(kRow), {-1}).Output(kRow).ExpectError(invalid, "size 0 is -1");
  Sized(Resize(kRow), {1, 2}).Output(kRow).ExpectError(invalid, "2 sizes, expected 1");
  Sized(Resize(F32({0}, {})), {1}).Output(kRow).ExpectError(invalid, "is empty");
  Resize(kRow).Output(kRow).ExpectError(invalid, "neither");
  Resize(kRow).NoInput().Param(Scales({1})).Param(Ints({4})).Output(kRow).ExpectError(invalid, "both");
  Sized(Resize(kRow, ResizeMode::Linear, [](ResizeT& a) { a.coordinate = CoordinateMode::TfCropAndResize; }), {4})
      .Output(kRow)
      .ExpectError(invalid, "without a region");
  Resize(kRow, ResizeMode::Linear, [](ResizeT& a) { a.coordinate = CoordinateMode::TfCropAndResize; })
      .Param(Scales({0, HUGE_VAL}))
      .NoInput()
      .Param(Ints({4}))
      .Output(kRow)
      .ExpectError(invalid, "number 1 of the region");
  Sized(Resize(MakeValue(ElementType::kBool, {2}, {0, 1}), ResizeMode::Linear), {4})
      .Output(kRow)
      .ExpectError(StatusCode::kUnsupported, "bool");
  Sized(Resize(kRow, ResizeMode::Nearest, [](ResizeT& a) { a.axes = {1}; }), {4})
      .Output(kRow)
      .ExpectError(invalid, "axis 1");
}

}  // namespace
}  // namespace linnet::testing
