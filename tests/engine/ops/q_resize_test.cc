#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

OpTest Resize(const Value& x, const std::vector<double>& scales, const Value& y, float scale_x = 1, int zero_x = 0,
              float scale_y = 1, int zero_y = 0, format::ResizeMode mode = format::ResizeMode::Linear) {
  OpTest test(OpCode::QResize);
  test.Attrs<format::ResizeT>([&](auto& a) { a.mode = mode; });
  test.Input(x).NoInput().Param(F32({static_cast<int64_t>(scales.size())}, scales)).ParamsStayConstant();
  test.Output(y).Quantization(0, {scale_x}, {zero_x}).OutputQuantization(0, scale_y, zero_y);
  return test;
}

TEST(QResize, Values) {
  // Quarters and three quarters; halves go to even.
  Resize(I8({1, 1, 2, 1}, {0, 8}), {1, 1, 2, 1}, I8({1, 1, 4, 1}, {0, 2, 6, 8})).Check();
  Resize(I8({1, 1, 2, 1}, {0, 10}), {1, 1, 2, 1}, I8({1, 1, 4, 1}, {0, 2, 8, 10})).Check();
  Resize(I8({1, 2, 1, 2}, {0, 100, 8, -100}), {1, 2, 1, 1}, I8({1, 4, 1, 2}, {0, 100, 2, 50, 6, -50, 8, -100})).Check();
  Resize(I8({2}, {-8, 8}), {2}, I8({4}, {-8, -4, 4, 8})).Check();
  // Another scale and zero point.
  Resize(I8({1, 1, 2, 1}, {10, 18}), {1, 1, 2, 1}, I8({1, 1, 4, 1}, {-5, -4, -2, -1}), 0.5f, 10, 1, -5).Check();
  Resize(I8({1, 0, 2, 1}, {}), {1, 1, 2, 1}, I8({1, 0, 4, 1}, {})).Check();
}

// Bilinear, 1.7-fold, against the formula in double.
TEST(QResize, AgreesWithDequantiseComputeQuantise) {
  const int h = 19, w = 23, c = 21, oh = 32, ow = 39;
  const Value x = Random(ElementType::kInt8, {2, h, w, c}, 12);
  const std::vector<double> q = Numbers(x);
  const double scale = static_cast<double>(1.7f);
  const auto place = [&](int o, int n, int* first, int* second) {
    const double at = std::fmin(std::fmax((o + 0.5) / scale - 0.5, 0), n - 1);
    *first = static_cast<int>(at);
    *second = *first + 1 < n ? *first + 1 : n - 1;
    return at - *first;
  };
  std::vector<double> expected;
  for (int i = 0; i < 2 * oh * ow * c; ++i) {
    const int channel = i % c, ox = i / c % ow, oy = i / c / ow % oh, image = i / c / ow / oh;
    int y0, y1, x0, x1;
    const double fy = place(oy, h, &y0, &y1), fx = place(ox, w, &x0, &x1);
    const auto at = [&](int yy, int xx) { return q[((image * h + yy) * w + xx) * c + channel] + 9; };
    const double top = at(y0, x0) * (1 - fx) + at(y0, x1) * fx, bottom = at(y1, x0) * (1 - fx) + at(y1, x1) * fx;
    expected.push_back(QuantizedResult(top * (1 - fy) + bottom * fy, 1, -9));
  }
  const Value any = {ElementType::kInt8, {2, oh, ow, c}, std::vector<uint8_t>(expected.size())};
  const Value actual = Resize(x, {1, 1.7, 1.7, 1}, any, 0.03f, -9, 0.03f, -9).Compute()[0];
  ExpectAgrees(actual, expected);
  Resize(x, {1, 1.7, 1.7, 1}, actual, 0.03f, -9, 0.03f, -9).Check();
}

TEST(QResize, Wrong) {
  const Value x = I8({1, 1, 2, 1}, {0, 8}), y = I8({1, 1, 4, 1}, {0, 2, 6, 8});
  Resize(x, {1, 1, 2, 1}, y, 1, 0, 1, 0, format::ResizeMode::Nearest)
      .ExpectError(StatusCode::kUnsupported, "only linear and cubic");
  Resize(x, {1, 1, 2, 1}, y, 0).ExpectError(StatusCode::kInvalidModel, "scale 0");
  Resize(x, {1, 1, 2, 1}, y, 1, 0, 1, 128).ExpectError(StatusCode::kInvalidModel, "zero point 128");
  Resize(x, {1, 2, 1}, y).ExpectError(StatusCode::kInvalidModel, "expected 4 numbers");
  Resize(F32({2}, {1, 2}), {2}, y).ExpectError(StatusCode::kInvalidModel, "float32");
}

}  // namespace
}  // namespace linnet::testing
