#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

TEST(Identity, EveryType) {
  for (const ElementType type : {ElementType::kFloat32, ElementType::kInt8, ElementType::kBool, ElementType::kFloat16,
                                 ElementType::kInt64, ElementType::kFloat64, ElementType::kInt4}) {
    const Value value = Random(type, {2, 3, 2});
    OpTest(OpCode::Identity).Input(value).Output(value).Check();
  }
}

TEST(Identity, ScalarAndEmpty) {
  OpTest(OpCode::Identity).Input(F32({}, {7})).Output(F32({}, {7})).Check();
  OpTest(OpCode::Identity).Input(F32({2, 0}, {})).Output(F32({2, 0}, {})).Check();
}

TEST(Identity, TwoInputsAreTooMany) {
  OpTest(OpCode::Identity)
      .Input(F32({1}, {1}))
      .Input(F32({1}, {1}))
      .Output(F32({1}, {1}))
      .ExpectError(StatusCode::kInvalidModel, "2 inputs");
}

}  // namespace
}  // namespace linnet::testing
