#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Squeeze(const Shape& from) {
  OpTest test(OpCode::Squeeze);
  test.Attrs<format::AxesT>().Input(Iota(ElementType::kInt16, from));
  return test;
}

TEST(Squeeze, AxesFromInput) {
  Squeeze({1, 3, 1, 2}).Param(Ints({0})).Output(Iota(ElementType::kInt16, {3, 1, 2})).Check();
  Squeeze({1, 3, 1, 2}).Param(Ints({-2, 0})).Output(Iota(ElementType::kInt16, {3, 2})).Check();
  Squeeze({1, 3}).Param(Ints({})).Output(Iota(ElementType::kInt16, {1, 3})).Check();
}

TEST(Squeeze, AxesFromAttribute) {
  OpTest(OpCode::Squeeze)
      .Attrs<format::AxesT>([](auto& a) { a.axes = {2}; })
      .Input(Iota(ElementType::kInt16, {1, 3, 1}))
      .Output(Iota(ElementType::kInt16, {1, 3}))
      .Check();
}

TEST(Squeeze, AllOnes) {
  Squeeze({1, 3, 1, 2}).Output(Iota(ElementType::kInt16, {3, 2})).Check();
  Squeeze({1, 1}).Output(Iota(ElementType::kInt16, {})).Check();
  Squeeze({1, 0}).Output(Iota(ElementType::kInt16, {0})).Check();
}

TEST(Squeeze, WrongAxes) {
  const Value any = Iota(ElementType::kInt16, {3});
  Squeeze({1, 3}).Param(Ints({1})).Output(any).ExpectError(StatusCode::kInvalidModel,
                                                           "axis 1 of int16 [1, 3] is not 1");
  Squeeze({1, 3}).Param(Ints({2})).Output(any).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Squeeze({1, 3}).Param(Ints({0, -2})).Output(any).ExpectError(StatusCode::kInvalidModel, "given twice");
}

}  // namespace
}  // namespace linnet::testing
