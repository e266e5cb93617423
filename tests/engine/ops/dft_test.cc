#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Dft(const Value& x, bool inverse = false, bool onesided = false) {
  OpTest test(OpCode::Dft);
  test.Attrs<format::DftT>([&](auto& a) {
    a.inverse = inverse;
    a.onesided = onesided;
  });
  return test.Input(x);
}

// The sum as the formula has it, of [n, 2].
std::vector<double> Reference(const std::vector<double>& x, double sign) {
  const size_t n = x.size() / 2;
  std::vector<double> y(2 * n);
  for (size_t k = 0; k < n; ++k) {
    for (size_t i = 0; i < n; ++i) {
      const double angle = sign * 2 * M_PI * static_cast<double>(i * k % n) / static_cast<double>(n);
      y[2 * k] += x[2 * i] * std::cos(angle) - x[2 * i + 1] * std::sin(angle);
      y[2 * k + 1] += x[2 * i] * std::sin(angle) + x[2 * i + 1] * std::cos(angle);
    }
  }
  return y;
}

TEST(Dft, LengthsOfAllKinds) {
  for (const int64_t n : {1, 2, 3, 4, 6, 7, 8, 12, 30, 31, 64, 97}) {
    const Value x = Random(ElementType::kFloat32, {1, n, 2});
    const Value y = F32({1, n, 2}, Reference(Numbers(x), -1));
    Dft(x).Output(y).Within(1e-4).Check();
    std::vector<double> back = Reference(Numbers(x), 1);
    for (double& value : back) value /= static_cast<double>(n);
    Dft(x, /*inverse=*/true).Output(F32({1, n, 2}, back)).Within(1e-4).Check();
  }
}

TEST(Dft, OneSideOfRealSignals) {
  const Value x = F32({1, 4, 1}, {1, 2, 3, 4});
  const Value half = F32({1, 3, 2}, {10, 0, -2, 2, -2, 0});
  Dft(x, false, true).Output(half).Within(1e-6).Check();
  Dft(half, true, true).Output(x).Within(1e-6).Check();
  Dft(x).Output(F32({1, 4, 2}, {10, 0, -2, 2, -2, 0, -2, -2})).Within(1e-6).Check();
}

TEST(Dft, AxesAndLengths) {
  const Value x = F32({2, 2, 1}, {1, 2, 3, 5});
  Dft(x).NoInput().Param(I64({}, {0})).Output(F32({2, 2, 2}, {4, 0, 7, 0, -2, 0, -3, 0})).Within(1e-6).Check();
  // Cut to one, filled up to four.
  Dft(x).Param(I64({}, {1})).Output(F32({2, 1, 2}, {1, 0, 3, 0})).Check();
  Dft(F32({1, 2, 1}, {1, 2}))
      .Param(I64({}, {4}))
      .Output(F32({1, 4, 2}, {3, 0, 1, -2, -1, 0, 1, 2}))
      .Within(1e-6)
      .Check();
  Dft(F32({0, 2, 1}, {})).Output(F32({0, 2, 2}, {})).Check();
}

TEST(Dft, Wrong) {
  const Value x = F32({2, 2, 1}, {1, 2, 3, 5});
  Dft(F32({1, 2, 3}, {1, 2, 3, 4, 5, 6})).Output(x).ExpectError(StatusCode::kInvalidModel, "last dimension of 1 or 2");
  Dft(F32({1, 1, 2}, {1, 2}), false, true).Output(x).ExpectError(StatusCode::kInvalidModel, "complex numbers");
  Dft(x).NoInput().Param(I64({}, {2})).Output(x).ExpectError(StatusCode::kInvalidModel, "real and imaginary");
  Dft(x).NoInput().Param(I64({}, {5})).Output(x).ExpectError(StatusCode::kInvalidModel, "axis 5");
  Dft(x).Param(I64({}, {-4})).Output(x).ExpectError(StatusCode::kInvalidModel, "length is -4");
  Dft(F32({2, 0, 1}, {})).Output(x).ExpectError(StatusCode::kInvalidModel, "transform of 0");
}

}  // namespace
}  // namespace linnet::testing
