// ScaleShift: y = activation(x * scale + shift) per channel.
#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest ScaleShift(Value x, Value scale, Value shift) {
  OpTest test(OpCode::ScaleShift);
  test.Attrs<format::ScaleShiftT>().Input(std::move(x)).Constant(std::move(scale)).Constant(std::move(shift));
  return test;
}

TEST(ScaleShiftTest, EachChannelHasItsOwn) {
  ScaleShift(F32({2, 3}, {1, 2, 3, 4, 5, 6}), F32({3}, {1, 10, -1}), F32({3}, {0, 0.5f, 2}))
      .Output(F32({2, 3}, {1, 20.5f, -1, 4, 50.5f, -4}))
      .Check();
}

TEST(ScaleShiftTest, OneChannelOfManyElements) {
  ScaleShift(F32({2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8}), F32({1}, {2}), F32({1}, {-1}))
      .Output(F32({2, 2, 2, 1}, {1, 3, 5, 7, 9, 11, 13, 15}))
      .Check();
}

TEST(ScaleShiftTest, MoreRowsThanABlock) {
  const int64_t rows = 9000, channels = 5;
  std::vector<double> x, y;
  for (int64_t i = 0; i < rows * channels; ++i) {
    const double value = static_cast<double>(i % 97), channel = static_cast<double>(i % channels);
    x.push_back(value);
    y.push_back(value * (channel + 1) - channel);
  }
  ScaleShift(F32({rows, channels}, x), F32({5}, {1, 2, 3, 4, 5}), F32({5}, {0, -1, -2, -3, -4}))
      .Output(F32({rows, channels}, y))
      .Check();
}

TEST(ScaleShiftTest, ActivationComesLast) {
  OpTest(OpCode::ScaleShift)
      .Attrs<format::ScaleShiftT>([](auto& a) {
        a.activation = format::Activation(format::ActivationKind::Clamp, 0, 6, 0, 0);
      })
      .Input(F32({2, 2}, {1, -1, 5, 2}))
      .Constant(F32({2}, {2, 1}))
      .Constant(F32({2}, {0, 0}))
      .Output(F32({2, 2}, {2, 0, 6, 2}))
      .Check();
}

TEST(ScaleShiftTest, OneValuePerChannel) {
  ScaleShift(F32({2, 2}, {1, 2, 3, 4}), F32({3}, {1, 2, 3}), F32({2}, {0, 0}))
      .OutputShape(ElementType::kFloat32, {2, 2})
      .ExpectError(StatusCode::kInvalidModel, "expected one value per channel");
}

}  // namespace
}  // namespace linnet::testing
