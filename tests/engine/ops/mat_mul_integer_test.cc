#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

OpTest MatMul() { return OpTest(OpCode::MatMulInteger).Attrs<format::MatMulT>(); }

TEST(MatMulInteger, AsOnnx) {  // test_matmulinteger
  const Value a = MakeValue(ElementType::kUint8, {4, 3}, {11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0});
  const Value b = MakeValue(ElementType::kUint8, {3, 2}, {1, 4, 2, 5, 3, 6});
  MatMul().Input(a).Input(b).Param(MakeValue(ElementType::kUint8, {1}, {12})).Param(MakeValue(ElementType::kUint8, {1}, {0}))
      .Output(I32({4, 2}, {-38, -83, -44, -98, -50, -113, -56, -128})).Check();
}

TEST(MatMulInteger, TypesZeroPointsAndBatches) {
  for (ElementType a_type : {ElementType::kInt8, ElementType::kUint8}) {
    for (ElementType b_type : {ElementType::kInt8, ElementType::kUint8}) {
      for (int points = 0; points < 3; ++points) {
        const Value a = Random(a_type, {2, 5, 19}), b = Random(b_type, {2, 19, 21}, 2);
        const std::vector<double> as = Numbers(a), bs = Numbers(b);
        const Value b_zero = Random(b_type, points == 2 ? Shape({21}) : Shape({}), 3);
        const double za = points > 0 ? 100 : 0;
        std::vector<double> y;
        for (int i = 0; i < 2 * 5 * 21; ++i) {
          const int row = i / 21, j = i % 21;
          const double zb = points == 0 ? 0 : Numbers(b_zero)[points == 2 ? static_cast<size_t>(j) : 0];
          double sum = 0;
          for (int p = 0; p < 19; ++p) {
            sum += (as[static_cast<size_t>(row * 19 + p)] - za) * (bs[static_cast<size_t>((row / 5 * 19 + p) * 21 + j)] - zb);
          }
          y.push_back(sum);
        }
        OpTest test = MatMul();
        test.Input(a).Input(b);
        if (points > 0) test.Param(MakeValue(a_type, {}, {za})).Param(b_zero);
        test.Output(I32({2, 5, 21}, y)).Check();
      }
    }
  }
}

TEST(MatMulInteger, Panels) {
  const Value a = Random(ElementType::kUint8, {6, 30}), weight = Random(ElementType::kInt8, {18, 30}, 2);
  const std::vector<double> as = Numbers(a), ws = Numbers(weight);
  std::vector<double> y;
  for (size_t i = 0; i < 6 * 18; ++i) {
    double sum = 0;
    for (size_t p = 0; p < 30; ++p) sum += (as[i / 18 * 30 + p] - 77) * (ws[i % 18 * 30 + p] - 5);
    y.push_back(sum);
  }
  MatMul().Input(a).Packed(ElementType::kInt8, {30, 18}, format::StorageOrder::PanelsInt8, 16, 1, PanelsInt8(weight, 1))
      .Param(MakeValue(ElementType::kUint8, {}, {77})).Param(MakeValue(ElementType::kInt8, {}, {5}))
      .Constant(I32({18}, RowSums(weight))).Output(I32({6, 18}, y)).Check();
}

TEST(MatMulInteger, Errors) {
  const Value a = Random(ElementType::kUint8, {2, 3}), b = Random(ElementType::kInt8, {3, 4});
  const auto with = [&](const Value& a_zero, const Value& b_zero) {
    return MatMul().Input(a).Input(b).Param(a_zero).Param(b_zero).OutputShape(ElementType::kInt32, {2, 4});
  };
  const Value one = MakeValue(ElementType::kUint8, {}, {1}), other = MakeValue(ElementType::kInt8, {}, {1});
  with(one, other).Check();
  with(other, other).ExpectError(StatusCode::kInvalidModel, "expected");
  with(MakeValue(ElementType::kUint8, {2}, {1, 2}), other).ExpectError(StatusCode::kUnsupported, "zero points uint8 [2]");
  with(one, MakeValue(ElementType::kInt8, {3}, {1, 2, 3})).ExpectError(StatusCode::kUnsupported, "zero points int8 [3]");
  MatMul().Input(F32({2, 3}, {1, 2, 3, 4, 5, 6})).Input(b).OutputShape(ElementType::kInt32, {2, 4})
      .ExpectError(StatusCode::kUnsupported, "float32 [2, 3]");
}

}  // namespace
}  // namespace linnet::testing
