#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

OpTest Mean(const Value& x, std::vector<int> axes, bool keepdims, float scale_x, int zero_x, float scale_y, int zero_y,
            const Value& expected) {
  OpTest test(OpCode::QReduceMean);
  test.Attrs<format::ReduceT>([&](auto& a) {
    a.axes = axes;
    a.keepdims = keepdims;
  });
  test.Input(x).Output(expected).Quantization(0, {scale_x}, {zero_x}).OutputQuantization(0, scale_y, zero_y);
  return test;
}

TEST(QReduceMean, Values) {
  const Value x = I8({2, 3}, {1, 2, 3, 4, 5, 9});
  Mean(x, {1}, true, 1, 0, 1, 0, I8({2, 1}, {2, 6})).Check();
  Mean(x, {0}, false, 1, 0, 1, 0, I8({3}, {2, 4, 6})).Check();
  Mean(x, {}, false, 1, 0, 0.5f, 1, I8({}, {9})).Check();
  Mean(x, {0}, true, 0.5f, 1, 0.25f, 0, I8({1, 3}, {3, 5, 10})).Check();
  Mean(I8({0, 3}, {}), {0}, true, 1, 4, 1, 7, I8({1, 3}, {7, 7, 7})).Check();
  Mean(I8({3, 0}, {}), {1}, false, 1, 4, 1, 7, I8({3}, {7, 7, 7})).Check();
  OpTest test(OpCode::QReduceMean);  // no axes: another scale for each value
  test.Attrs<format::ReduceT>([](auto& a) { a.noop_with_empty_axes = true; });
  test.Input(x).Output(I8({2, 3}, {2, 4, 6, 8, 10, 18})).Quantization(0, {1}, {0}).OutputQuantization(0, 0.5f, 0);
  test.Check();
}

// Every set of axes of a tensor of rank 5, against the float model.
TEST(QReduceMean, EverySetOfAxes) {
  const Shape shape = {3, 4, 5, 2, 19};
  const Value x = Random(ElementType::kInt8, shape, 3);
  const std::vector<double> q = Numbers(x);
  const double scale_x = static_cast<double>(0.0203f), scale_y = static_cast<double>(0.01171f);
  for (int set = 1; set < 32; ++set) {
    std::vector<int> axes;
    Shape kept;
    for (int d = 0; d < 5; ++d) {
      if (set >> d & 1) axes.push_back(d);
      kept.Append(set >> d & 1 ? 1 : shape[d]);
    }
    std::vector<double> sum(kept.elements(), 0);
    for (size_t i = 0; i < q.size(); ++i) {
      int64_t rest = static_cast<int64_t>(i), index = 0, stride = 1;
      for (int d = 4; d >= 0; --d) {
        if (kept[d] != 1) index += rest % shape[d] * stride;
        stride *= kept[d];
        rest /= shape[d];
      }
      sum[index] += Dequantized(q[i], scale_x, 11);
    }
    const double count = static_cast<double>(q.size()) / static_cast<double>(sum.size());
    for (double& value : sum) value = QuantizedResult(value / count, scale_y, -2);
    const Value any = {ElementType::kInt8, kept, std::vector<uint8_t>(kept.elements())};
    const Value actual = Mean(x, axes, true, 0.0203f, 11, 0.01171f, -2, any).Compute()[0];
    ExpectAgrees(actual, sum);
    Mean(x, axes, true, 0.0203f, 11, 0.01171f, -2, actual).Check();
  }
}

TEST(QReduceMean, Wrong) {
  const Value x = I8({2, 2}, {1, 2, 3, 4});
  Mean(x, {0}, true, 1, 0, -1, 0, x).ExpectError(StatusCode::kInvalidModel, "'output0': scale -1");
  Mean(x, {0}, true, 1, -129, 1, 0, x).ExpectError(StatusCode::kInvalidModel, "zero point -129");
  Mean(x, {2}, true, 1, 0, 1, 0, x).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Mean(F32({2}, {1, 2}), {0}, true, 1, 0, 1, 0, x).ExpectError(StatusCode::kUnsupported, "float32");
  const Value deep = Iota(ElementType::kInt8, {2, 1, 2, 2, 2, 2, 2, 2});
  Mean(deep, {0, 3, 5, 7}, true, 1, 0, 1, 0, x).ExpectError(StatusCode::kUnsupported, "separate runs");
}

}  // namespace
}  // namespace linnet::testing
