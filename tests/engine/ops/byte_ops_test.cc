// int8 and uint8 through ops that clamp, compare or move them as they are.
#include "tests/engine/ops/quantized_values.h"

namespace linnet::testing {
namespace {

const ElementType kTypes[] = {ElementType::kInt8, ElementType::kUint8};

TEST(ByteOps, ReluAndClip) {
  OpTest(OpCode::Relu).Input(I8({5}, {-128, -1, 0, 1, 127})).Output(I8({5}, {0, 0, 0, 1, 127})).Check();
  for (ElementType type : kTypes) {
    const Value x = Random(type, {3, 70, 411}, 2);
    std::vector<double> clamped = Numbers(x);
    for (double& value : clamped) value = std::fmin(std::fmax(value, 3), 90);
    OpTest(OpCode::Clip).Input(x).Param(MakeValue(type, {}, {3})).Param(MakeValue(type, {}, {90}))
        .Output(MakeValue(type, x.shape, clamped)).Check();
    // The upper limit wins.
    OpTest(OpCode::Clip).Input(x).Param(MakeValue(type, {}, {90})).Param(MakeValue(type, {}, {3}))
        .Output(MakeValue(type, x.shape, std::vector<double>(clamped.size(), 3))).Check();
  }
}

struct PoolCase {
  int kernel, stride, dilation, pad_begin, pad_end;
};

TEST(ByteOps, MaxPool) {
  const int height = 9, width = 11, channels = 70;
  const PoolCase cases[] = {{3, 2, 1, 1, 1}, {2, 2, 1, 0, 0}, {3, 1, 2, 2, 2}, {5, 1, 1, 2, 2}, {2, 3, 1, 0, 0}, {3, 2, 1, 0, 1}};
  for (const PoolCase& c : cases) {
    for (ElementType type : kTypes) {
      const Value x = Random(type, {2, height, width, channels}, 3);
      const std::vector<double> q = Numbers(x);
      const auto outputs = [&](int size) {
        return (size + c.pad_begin + c.pad_end - (c.kernel - 1) * c.dilation - 1) / c.stride + 1;
      };
      std::vector<double> expected;
      for (int i = 0; i < 2 * outputs(height) * outputs(width) * channels; ++i) {
        const int channel = i % channels, pixel = i / channels, ox = pixel % outputs(width);
        const int oy = pixel / outputs(width) % outputs(height), n = pixel / outputs(width) / outputs(height);
        double largest = -1000;
        for (int tap = 0; tap < c.kernel * c.kernel; ++tap) {
          const int y = oy * c.stride - c.pad_begin + tap / c.kernel * c.dilation;
          const int z = ox * c.stride - c.pad_begin + tap % c.kernel * c.dilation;
          if (y < 0 || y >= height || z < 0 || z >= width) continue;
          largest = std::fmax(largest, q[((n * height + y) * width + z) * channels + channel]);
        }
        expected.push_back(largest);
      }
      OpTest(OpCode::MaxPool).Attrs<format::PoolT>([&](auto& a) {
        a.kernel = {c.kernel, c.kernel};
        a.strides = {c.stride, c.stride};
        a.dilations = {c.dilation, c.dilation};
        a.pads = {c.pad_begin, c.pad_begin, c.pad_end, c.pad_end};
      }).Input(x).Output(MakeValue(type, {2, outputs(height), outputs(width), channels}, expected)).Check();
    }
  }
}

}  // namespace
}  // namespace linnet::testing
