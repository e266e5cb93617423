#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Dequantize(const Value& x, const Value& scale, int axis = 1, int block = 0) {
  OpTest test(OpCode::DequantizeLinear);
  test.Attrs<format::QuantizeT>([&](auto& a) {
    a.axis = axis;
    a.block = block;
  });
  test.Input(x).Param(scale);
  return test;
}

Value OfType(ElementType type, const Shape& shape, const std::vector<double>& numbers) {
  return MakeValue(type, shape, numbers);
}

TEST(DequantizeLinear, IntegerTypes) {
  const auto check = [](ElementType type, const std::vector<double>& x, double zero_point,
                        const std::vector<double>& expected) {
    Dequantize(OfType(type, {2}, x), F32({}, {0.5}))
        .Param(OfType(type, {}, {zero_point}))
        .Output(F32({2}, expected))
        .Check();
  };
  check(ElementType::kUint8, {0, 255}, 128, {-64, 63.5});
  check(ElementType::kInt8, {-128, 127}, -1, {-63.5, 64});
  check(ElementType::kUint16, {0, 65535}, 65535, {-32767.5, 0});
  check(ElementType::kInt16, {-32768, 32767}, 32767, {-32767.5, 0});
  check(ElementType::kUint4, {0, 15}, 7, {-3.5, 4});
  check(ElementType::kInt4, {-8, 7}, -8, {0, 7.5});
  check(ElementType::kInt32, {16777217, -4}, 1, {8388608, -2.5});
}

TEST(DequantizeLinear, WithoutZeroPoint) {
  Dequantize(OfType(ElementType::kInt8, {3}, {-3, 0, 5}), F32({1}, {2})).Output(F32({3}, {-6, 0, 10})).Check();
}

TEST(DequantizeLinear, FloatsOf8Bits) {
  Dequantize(OfType(ElementType::kFloat8E4M3FN, {3}, {0.5, -448, NAN}), F32({}, {2}))
      .Output(F32({3}, {1, -896, NAN}))
      .Check();
  Dequantize(OfType(ElementType::kFloat8E5M2FNUZ, {2}, {1.5, -2}), F32({}, {2})).Output(F32({2}, {3, -4})).Check();
}

TEST(DequantizeLinear, PerAxis) {
  const Value x = OfType(ElementType::kUint8, {2, 1, 2}, {1, 2, 3, 4});
  Dequantize(x, F32({2}, {1, 2}), 0)
      .Param(OfType(ElementType::kUint8, {2}, {0, 4}))
      .Output(F32({2, 1, 2}, {1, 2, -2, 0}))
      .Check();
  Dequantize(x, F32({2}, {1, 2}), -1)
      .Param(OfType(ElementType::kUint8, {2}, {1, 2}))
      .Output(F32({2, 1, 2}, {0, 0, 2, 4}))
      .Check();
}

TEST(DequantizeLinear, Blocked) {
  Dequantize(OfType(ElementType::kInt4, {2, 3}, {1, 2, 3, 4, 5, 6}), F32({2, 2}, {1, 2, 3, 4}), 1, 2)
      .Param(OfType(ElementType::kInt4, {2, 2}, {0, 1, 0, 1}))
      .Output(F32({2, 3}, {1, 2, 4, 12, 15, 20}))
      .Check();
  Dequantize(OfType(ElementType::kInt8, {3, 2}, {1, 2, 3, 4, 5, 6}), F32({2, 2}, {1, 2, 3, 4}), 0, 2)
      .Output(F32({3, 2}, {1, 4, 3, 8, 15, 24}))
      .Check();
}

TEST(DequantizeLinear, TypeOfTheResult) {
  const Value x = OfType(ElementType::kInt8, {2}, {3, -4});
  Dequantize(x, OfType(ElementType::kFloat16, {}, {0.5})).Output(OfType(ElementType::kFloat16, {2}, {1.5, -2})).Check();
  Dequantize(x, OfType(ElementType::kBfloat16, {}, {0.5}))
      .Output(OfType(ElementType::kBfloat16, {2}, {1.5, -2}))
      .Check();
  OpTest(OpCode::DequantizeLinear)
      .Attrs<format::QuantizeT>([](auto& a) { a.type = format::ElementType::Float16; })
      .Input(x)
      .Param(F32({}, {0.5}))
      .Output(OfType(ElementType::kFloat16, {2}, {1.5, -2}))
      .Check();
}

TEST(DequantizeLinear, LargeOverThreads) {
  const Value x = Random(ElementType::kInt8, {700, 301});
  std::vector<double> scales, expected;
  for (int i = 0; i < 301; ++i) scales.push_back(i * 0.25);
  const std::vector<double> numbers = Numbers(x);
  for (size_t i = 0; i < numbers.size(); ++i) expected.push_back(numbers[i] * scales[i % 301]);
  Dequantize(x, F32({301}, scales)).Output(F32({700, 301}, expected)).Within(0, 1e-30).Check();
}

TEST(DequantizeLinear, Wrong) {
  const Value x = OfType(ElementType::kInt8, {2, 3}, {1, 2, 3, 4, 5, 6}), any = F32({2, 3}, {0, 0, 0, 0, 0, 0});
  Dequantize(x, F32({2}, {1, 1})).Output(any).ExpectError(StatusCode::kInvalidModel, "do not fit axis 1");
  Dequantize(x, F32({}, {1}))
      .Param(OfType(ElementType::kUint8, {}, {1}))
      .Output(any)
      .ExpectError(StatusCode::kInvalidModel, "uint8");
  Dequantize(any, F32({}, {1})).Output(any).ExpectError(StatusCode::kUnsupported, "cannot dequantize x float32");
  Dequantize(x, I32({}, {1})).Output(any).ExpectError(StatusCode::kUnsupported, "input 1");
}

}  // namespace
}  // namespace linnet::testing
