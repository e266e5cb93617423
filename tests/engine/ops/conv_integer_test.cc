#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

OpTest Conv(const ConvParams& p) {
  OpTest test(OpCode::ConvInteger);
  test.Attrs<format::Conv2DT>([&](auto& a) {
    p.Set(&a);
    a.group = static_cast<int>(p.group);
  });
  return test;
}

TEST(ConvInteger, TypesZeroPointsAndPadding) {
  const ConvParams p = {2, 1, 1, 2, 1, 2, 0, 1, 2};
  for (ElementType x_type : {ElementType::kInt8, ElementType::kUint8}) {
    for (ElementType w_type : {ElementType::kInt8, ElementType::kUint8}) {
      for (int points = 0; points < 2; ++points) {
        const Value x = Random(x_type, {1, 5, 6, 4}), weight = Random(w_type, {6, 3, 2, 2}, 2);
        const double x_zero = points == 1 ? 90 : 0, w_zero = points == 1 ? 33 : 0;
        const Value sums = Convolve(p, Centred(x, x_zero), Centred(weight, w_zero));
        OpTest test = Conv(p);
        test.Input(x).Constant(weight);
        if (points == 1) test.Param(MakeValue(x_type, {}, {x_zero})).Param(MakeValue(w_type, {1}, {w_zero}));
        test.Output(I32(sums.shape, Numbers(sums))).Check();
      }
    }
  }
}

TEST(ConvInteger, PanelsAndZeroPointsPerChannel) {
  const ConvParams p = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  const Value x = Random(ElementType::kUint8, {1, 4, 5, 8}), weight = Random(ElementType::kInt8, {5, 3, 3, 8}, 2);
  std::vector<double> centred = Numbers(weight);
  for (size_t i = 0; i < centred.size(); ++i) centred[i] -= static_cast<double>(i / 72);
  const Value sums = Convolve(p, Centred(x, 128), MakeValue(ElementType::kFloat64, weight.shape, centred));
  Conv(p).Input(x).Packed(ElementType::kInt8, weight.shape, format::StorageOrder::PanelsInt8, 8, 1, PanelsInt8(weight, 1))
      .Param(MakeValue(ElementType::kUint8, {}, {128})).Param(MakeValue(ElementType::kInt8, {5}, {0, 1, 2, 3, 4}))
      .Constant(I32({5}, RowSums(weight))).Output(I32(sums.shape, Numbers(sums))).Check();
}

TEST(ConvInteger, Errors) {
  const Value x = Random(ElementType::kUint8, {1, 2, 2, 2}), w = Random(ElementType::kInt8, {1, 1, 1, 2});
  Conv({}).Input(x).Constant(w).Param(MakeValue(ElementType::kInt8, {}, {0})).OutputShape(ElementType::kInt32, {1, 2, 2, 1})
      .ExpectError(StatusCode::kInvalidModel, "expected");
  Conv({}).Input(x).Constant(Random(ElementType::kInt8, {1, 1, 1, 3})).OutputShape(ElementType::kInt32, {1, 2, 2, 1})
      .ExpectError(StatusCode::kInvalidModel, "do not fit");
}

}  // namespace
}  // namespace linnet::testing
