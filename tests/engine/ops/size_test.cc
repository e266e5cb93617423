#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

TEST(Size, CountsElements) {
  OpTest(OpCode::Size).Input(Iota(ElementType::kInt8, {2, 3, 4})).Output(I64({}, {24})).Check();
  OpTest(OpCode::Size).Input(F32({}, {1})).Output(I64({}, {1})).Check();
  OpTest(OpCode::Size).Input(F32({5, 0}, {})).Output(I64({}, {0})).Check();
}

TEST(Size, OneInputOnly) {
  OpTest(OpCode::Size)
      .Input(F32({}, {1}))
      .Input(F32({}, {1}))
      .Output(I64({}, {1}))
      .ExpectError(StatusCode::kInvalidModel, "2 inputs");
}

}  // namespace
}  // namespace linnet::testing
