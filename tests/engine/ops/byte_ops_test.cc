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

TEST(ByteOps, MaxPool) {
  for (ElementType type : kTypes) {
    const Shape shape = {2, 9, 11, 70};
    const Value x = Random(type, shape, 3);
    const std::vector<double> q = Numbers(x);
    std::vector<double> expected;
    for (int i = 0; i < 2 * 5 * 6 * 70; ++i) {
      const int c = i % 70, ox = i / 70 % 6, oy = i / 420 % 5, n = i / 2100;
      double largest = -1000;
      for (int y = 2 * oy - 1; y < 2 * oy + 2; ++y) {
        for (int z = 2 * ox - 1; z < 2 * ox + 2; ++z) {
          if (y >= 0 && y < 9 && z >= 0 && z < 11) largest = std::fmax(largest, q[((n * 9 + y) * 11 + z) * 70 + c]);
        }
      }
      expected.push_back(largest);
    }
    OpTest(OpCode::MaxPool).Attrs<format::PoolT>([](auto& a) {
      a.kernel = {3, 3};
      a.strides = {2, 2};
      a.pads = {1, 1, 1, 1};
    }).Input(x).Output(MakeValue(type, {2, 5, 6, 70}, expected)).Check();
  }
}

}  // namespace
}  // namespace linnet::testing
