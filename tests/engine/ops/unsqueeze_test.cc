#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Unsqueeze(const Shape& from) {
  OpTest test(OpCode::Unsqueeze);
  test.Attrs<format::AxesT>().Input(Iota(ElementType::kFloat64, from));
  return test;
}

TEST(Unsqueeze, AxesFromInput) {
  Unsqueeze({3, 4}).Param(Ints({0})).Output(Iota(ElementType::kFloat64, {1, 3, 4})).Check();
  Unsqueeze({3, 4}).Param(Ints({1, -1})).Output(Iota(ElementType::kFloat64, {3, 1, 4, 1})).Check();
  Unsqueeze({3, 4}).Param(Ints({4, 0, 2})).Output(Iota(ElementType::kFloat64, {1, 3, 1, 4, 1})).Check();
  Unsqueeze({}).Param(I64({}, {0})).Output(Iota(ElementType::kFloat64, {1})).Check();
  Unsqueeze({0}).Param(Ints({0})).Output(Iota(ElementType::kFloat64, {1, 0})).Check();
}

TEST(Unsqueeze, AxesFromAttribute) {
  OpTest(OpCode::Unsqueeze)
      .Attrs<format::AxesT>([](auto& a) { a.axes = {-1}; })
      .Input(Iota(ElementType::kBool, {2}))
      .Output(Iota(ElementType::kBool, {2, 1}))
      .Check();
}

TEST(Unsqueeze, WrongAxes) {
  const Value any = Iota(ElementType::kFloat64, {1, 3});
  Unsqueeze({3}).Param(Ints({2})).Output(any).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Unsqueeze({3}).Param(Ints({0, 0})).Output(any).ExpectError(StatusCode::kInvalidModel, "given twice");
  Unsqueeze({1, 1, 1, 1, 1, 1, 1, 1}).Param(Ints({0})).Output(any).ExpectError(StatusCode::kUnsupported, "at most 8");
}

}  // namespace
}  // namespace linnet::testing
