#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

OpTest Pool(const Value& x, std::vector<int> kernel, std::vector<int> strides, std::vector<int> pads, bool include_pad,
            float scale_x, int zero_x, float scale_y, int zero_y, const Value& expected) {
  OpTest test(OpCode::QAveragePool);
  test.Attrs<format::PoolT>([&](auto& a) {
    a.kernel = kernel;
    a.strides = strides;
    a.pads = pads;
    a.count_include_pad = include_pad;
  });
  test.Input(x).Output(expected).Quantization(0, {scale_x}, {zero_x}).OutputQuantization(0, scale_y, zero_y);
  return test;
}

TEST(QAveragePool, Values) {
  const Value x = I8({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
  // Sums 12 and 16 of 4; halves go to even.
  Pool(x, {2, 2}, {1, 1}, {}, false, 1, 0, 1, 0, I8({1, 1, 2, 1}, {3, 4})).Check();
  Pool(x, {2, 2}, {1, 1}, {}, false, 0.5f, 1, 1, 0, I8({1, 1, 2, 1}, {1, 2})).Check();
  Pool(x, {2, 3}, {1, 1}, {}, false, 1, 0, 0.25f, -10, I8({1, 1, 1, 1}, {4})).Check();
  // Padding counts, or does not.
  Pool(x, {1, 2}, {1, 2}, {0, 1, 0, 0}, true, 1, 0, 1, 0, I8({1, 2, 2, 1}, {0, 2, 2, 6})).Check();
  Pool(x, {1, 2}, {1, 2}, {0, 1, 0, 0}, false, 1, 0, 1, 0, I8({1, 2, 2, 1}, {1, 2, 4, 6})).Check();
  // With a zero point, what padding adds is zero, not the byte zero.
  Pool(x, {1, 2}, {1, 2}, {0, 1, 0, 0}, true, 1, -3, 1, 5, I8({1, 2, 2, 1}, {7, 11, 9, 13})).Check();
}

TEST(QAveragePool, AgreesWithDequantiseComputeQuantise) {
  const Shape shape = {2, 7, 9, 67};
  const Value x = Random(ElementType::kInt8, shape, 4);
  const std::vector<double> q = Numbers(x);
  const double scale_x = static_cast<double>(0.031f), scale_y = static_cast<double>(0.0123f);
  std::vector<double> expected;
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 67; ++c) {
      double sum = 0;
      for (int i = 0; i < 63; ++i) sum += Dequantized(q[(n * 63 + i) * 67 + c], scale_x, -4);
      expected.push_back(QuantizedResult(sum / 63, scale_y, 9));
    }
  }
  const Value any = {ElementType::kInt8, {2, 1, 1, 67}, std::vector<uint8_t>(134)};
  const Value actual = Pool(x, {7, 9}, {1, 1}, {}, false, 0.031f, -4, 0.0123f, 9, any).Compute()[0];
  ExpectAgrees(actual, expected);
  Pool(x, {7, 9}, {1, 1}, {}, false, 0.031f, -4, 0.0123f, 9, actual).Check();
}

TEST(QAveragePool, Wrong) {
  const Value x = I8({1, 2, 2, 1}, {1, 2, 3, 4});
  const StatusCode invalid = StatusCode::kInvalidModel;
  Pool(x, {2, 2}, {}, {}, false, 0, 0, 1, 0, x).ExpectError(invalid, "scale 0");
  Pool(x, {2, 2}, {}, {}, false, 1, 0, 1, 128, x).ExpectError(invalid, "zero point 128");
  Pool(x, {3, 2}, {}, {}, false, 1, 0, 1, 0, x).ExpectError(invalid, "does not fit");
  Pool(x, {4096, 4096}, {}, {4096, 4096, 4096, 4096}, true, 1, 0, 1, 0, x)
      .ExpectError(StatusCode::kUnsupported, "taps");
  Pool(F32({1, 2, 2, 1}, {1, 2, 3, 4}), {2, 2}, {}, {}, false, 1, 0, 1, 0, x)
      .ExpectError(StatusCode::kUnsupported, "float32");
}

}  // namespace
}  // namespace linnet::testing
