#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Quantize(const Value& x, const Value& scale, int axis = 1, int block = 0,
                ElementType type = ElementType::kUndefined, bool saturate = true) {
  OpTest test(OpCode::QuantizeLinear);
  test.Attrs<format::QuantizeT>([&](auto& a) {
    a.axis = axis;
    a.block = block;
    a.type = static_cast<format::ElementType>(type);
    a.saturate = saturate;
  });
  test.Input(x).Param(scale);
  return test;
}

Value OfType(ElementType type, const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(type, shape, numbers);
}

TEST(QuantizeLinear, RoundsHalfToEvenAndSaturates) {
  const Value x = F32({8}, {1, 3, 5, -1, 0, 1000, -1000, 2.98});
  Quantize(x, F32({}, {2})).Output(OfType(ElementType::kUint8, {8}, {0, 2, 2, 0, 0, 255, 0, 1})).Check();
  Quantize(x, F32({}, {2}))
      .Param(OfType(ElementType::kInt8, {}, {-3}))
      .Output(OfType(ElementType::kInt8, {8}, {-3, -1, -1, -3, -3, 127, -128, -2}))
      .Check();
  // One scale in a list serves all elements, whatever the axis.
  Quantize(x, F32({1}, {2}), /*axis=*/9).Output(OfType(ElementType::kUint8, {8}, {0, 2, 2, 0, 0, 255, 0, 1})).Check();
}

TEST(QuantizeLinear, IntegerTypes) {
  const Value x = F32({5}, {-1e9, -9, 0.6, 9, 1e9});
  const auto check = [&](ElementType type, double zero_point, const std::vector<double>& expected) {
    Quantize(x, F32({}, {1})).Param(OfType(type, {}, {zero_point})).Output(OfType(type, {5}, expected)).Check();
  };
  check(ElementType::kInt4, 1, {-8, -8, 2, 7, 7});
  check(ElementType::kUint4, 3, {0, 0, 4, 12, 15});
  check(ElementType::kInt16, 100, {-32768, 91, 101, 109, 32767});
  check(ElementType::kUint16, 65535, {0, 65526, 65535, 65535, 65535});
  Quantize(x, F32({}, {1}), 1, 0, ElementType::kInt16)
      .Output(OfType(ElementType::kInt16, {5}, {-32768, -9, 1, 9, 32767}))
      .Check();
}

TEST(QuantizeLinear, NotANumberIsTheZeroPoint) {
  const Value x = F32({4}, {NAN, INFINITY, -INFINITY, 0});
  Quantize(x, F32({}, {1}))
      .Param(OfType(ElementType::kUint8, {}, {7}))
      .Output(OfType(ElementType::kUint8, {4}, {7, 255, 0, 7}))
      .Check();
  // 0 / 0 is not a number either.
  Quantize(F32({2}, {0, 1}), F32({}, {0})).Output(OfType(ElementType::kUint8, {2}, {0, 255})).Check();
}

TEST(QuantizeLinear, PerAxis) {
  const Value x = F32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const auto uint8 = [](const Shape& shape, const std::vector<double>& n) {
    return OfType(ElementType::kUint8, shape, n);
  };
  Quantize(x, F32({2}, {1, 0.5}), 0).Output(uint8({2, 2, 2}, {1, 2, 3, 4, 10, 12, 14, 16})).Check();
  Quantize(x, F32({2}, {1, 0.5}), 1)
      .Param(uint8({2}, {0, 100}))
      .Output(uint8({2, 2, 2}, {1, 2, 106, 108, 5, 6, 114, 116}))
      .Check();
  Quantize(x, F32({2}, {1, 0.5}), -1)
      .Param(uint8({2}, {10, 0}))
      .Output(uint8({2, 2, 2}, {11, 4, 13, 8, 15, 12, 17, 16}))
      .Check();
}

TEST(QuantizeLinear, Blocked) {
  const auto int8 = [](const Shape& shape, const std::vector<double>& n) {
    return OfType(ElementType::kInt8, shape, n);
  };
  // The last block is shorter.
  Quantize(F32({2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), F32({2, 3}, {1, 0.5, 0.25, 2, 1, 0.5}), 1, 2)
      .Param(int8({2, 3}, {0, 0, 1, 0, 0, -1}))
      .Output(int8({2, 5}, {1, 2, 6, 8, 21, 3, 4, 8, 9, 19}))
      .Check();
  Quantize(F32({3, 2}, {1, 2, 3, 4, 5, 6}), F32({2, 2}, {1, 0.5, 0.25, 2}), 0, 2)
      .Param(int8({2, 2}, {0, 0, 0, 0}))
      .Output(int8({3, 2}, {1, 4, 3, 8, 20, 3}))
      .Check();
}

TEST(QuantizeLinear, OtherTypesOfInput) {
  Quantize(OfType(ElementType::kFloat16, {3}, {1, 2.5, 3.5}), OfType(ElementType::kFloat16, {}, {1}))
      .Output(OfType(ElementType::kUint8, {3}, {1, 2, 4}))
      .Check();
  Quantize(OfType(ElementType::kBfloat16, {2}, {3, -4}), OfType(ElementType::kBfloat16, {}, {0.5}), 1, 0,
           ElementType::kInt8)
      .Output(OfType(ElementType::kInt8, {2}, {6, -8}))
      .Check();
  Quantize(I32({2}, {7, 300}), F32({}, {2})).Output(OfType(ElementType::kUint8, {2}, {4, 150})).Check();
}

TEST(QuantizeLinear, FloatsOf8Bits) {
  const Value x = F32({4}, {1, 1.0625, -1000, 3000});
  for (const bool saturate : {true, false}) {
    const double over = saturate ? 448 : NAN;
    Quantize(x, F32({}, {2}), 1, 0, ElementType::kFloat8E4M3FN, saturate)
        .Output(OfType(ElementType::kFloat8E4M3FN, {4}, {0.5, 0.5, saturate ? -448 : NAN, over}))
        .Check();
  }
  Quantize(x, F32({}, {2}), 1, 0, ElementType::kFloat8E5M2)
      .Param(OfType(ElementType::kFloat8E5M2, {}, {0}))
      .Output(OfType(ElementType::kFloat8E5M2, {4}, {0.5, 0.5, -512, 1536}))
      .Check();
}

TEST(QuantizeLinear, LargeOverThreads) {
  const Value x = Random(ElementType::kFloat32, {3, 517, 65});
  std::vector<double> scales, expected;
  for (int i = 0; i < 517; ++i) scales.push_back(1.0 / (1 << (i % 5)));
  const std::vector<double> numbers = Numbers(x);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const double value = std::nearbyint(numbers[i] / scales[i / 65 % 517]);
    expected.push_back(std::min(std::max(value, -128.0), 127.0));
  }
  Quantize(x, F32({517}, scales), 1, 0, ElementType::kInt8)
      .Output(OfType(ElementType::kInt8, {3, 517, 65}, expected))
      .Check();
}

TEST(QuantizeLinear, Empty) {
  Quantize(F32({0, 3}, {}), F32({3}, {1, 2, 3})).Output(OfType(ElementType::kUint8, {0, 3}, {})).Check();
  Quantize(F32({0}, {}), F32({}, {1})).Output(OfType(ElementType::kUint8, {0}, {})).Check();
}

TEST(QuantizeLinear, Wrong) {
  const Value x = F32({2, 3}, {1, 2, 3, 4, 5, 6}), one = F32({}, {1});
  const Value any = OfType(ElementType::kUint8, {2, 3}, {0, 0, 0, 0, 0, 0});
  const StatusCode invalid = StatusCode::kInvalidModel;
  Quantize(x, F32({2}, {1, 1})).Output(any).ExpectError(invalid, "do not fit axis 1");
  Quantize(x, F32({2}, {1, 1}), 2).Output(any).ExpectError(invalid, "axis 2");
  Quantize(x, F32({2, 3}, {1, 1, 1, 1, 1, 1})).Output(any).ExpectError(invalid, "do not fit");
  Quantize(x, F32({2, 1}, {1, 1}), 1, 2).Output(any).ExpectError(invalid, "each block of 2");
  Quantize(x, one, 1, -1).Output(any).ExpectError(invalid, "block is -1");
  Quantize(x, one).Param(OfType(ElementType::kUint8, {2}, {0, 0})).Output(any).ExpectError(invalid, "zero points");
  Quantize(x, one, 1, 0, ElementType::kInt8)
      .Param(OfType(ElementType::kUint8, {}, {0}))
      .Output(any)
      .ExpectError(invalid, "the zero point is uint8");
  Quantize(x, one, 1, 0, ElementType::kInt32).Output(any).ExpectError(StatusCode::kUnsupported, "int32");
  Quantize(x, one, 1, 0, ElementType::kFloat16).Output(any).ExpectError(StatusCode::kUnsupported, "float16");
  Quantize(x, I32({}, {1})).Output(any).ExpectError(StatusCode::kUnsupported, "input 1");
}

}  // namespace
}  // namespace linnet::testing
