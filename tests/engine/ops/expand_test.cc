#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Expand(const Value& in, const std::vector<int64_t>& sizes) {
  OpTest test(OpCode::Expand);
  test.Input(in).Param(Ints(sizes));
  return test;
}

TEST(Expand, Broadcasts) {
  const Value column = F32({2, 1}, {1, 2});
  Expand(column, {2, 3}).Output(F32({2, 3}, {1, 1, 1, 2, 2, 2})).Check();
  Expand(column, {1}).Output(column).Check();
  Expand(column, {2, 1, 2}).Output(F32({2, 2, 2}, {1, 1, 2, 2, 1, 1, 2, 2})).Check();
  Expand(column, {}).Output(column).Check();
  Expand(F32({}, {3}), {2, 2}).Output(F32({2, 2}, {3, 3, 3, 3})).Check();
  Expand(column, {2, 0}).Output(F32({2, 0}, {})).Check();
}

TEST(Expand, EveryElementSize) {
  for (const ElementType type :
       {ElementType::kInt8, ElementType::kFloat16, ElementType::kInt32, ElementType::kFloat64}) {
    Expand(MakeValue(type, {1, 2}, {1, 2}), {3, 2}).Output(MakeValue(type, {3, 2}, {1, 2, 1, 2, 1, 2})).Check();
    Expand(MakeValue(type, {2, 1}, {1, 2}), {2, 2}).Output(MakeValue(type, {2, 2}, {1, 1, 2, 2})).Check();
  }
}

TEST(Expand, WrongSizes) {
  const Value in = F32({2, 3}, {1, 2, 3, 4, 5, 6});
  Expand(in, {2}).Output(in).ExpectError(StatusCode::kInvalidModel, "cannot be expanded to size 2 in dimension 1");
  Expand(in, {-1, 3}).Output(in).ExpectError(StatusCode::kInvalidModel, "cannot be expanded to size -1");
  Expand(in, {1, 1, 1, 1, 1, 1, 1, 1, 1}).Output(in).ExpectError(StatusCode::kUnsupported, "rank 9");
  Expand(F32({1}, {1}), {INT64_MAX, 2}).Output(in).ExpectError(StatusCode::kInvalidModel, "too large");
}

}  // namespace
}  // namespace linnet::testing
