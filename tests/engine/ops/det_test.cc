#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Det(const Value& x) { return OpTest(OpCode::Det).Input(x); }

TEST(Det, Determinants) {
  Det(F32({2, 2}, {0, 1, 2, 3})).Output(F32({}, {-2})).Check();  // needs a row exchange
  Det(F32({2, 2, 2}, {1, 2, 3, 4, 1, 2, 2, 4})).Output(F32({2}, {-2, 0})).Within(1e-6).Check();
  Det(F32({1, 3, 3}, {2, 0, 1, 1, 3, 2, 1, 1, 1})).Output(F32({1}, {0})).Within(1e-6).Check();
  Det(MakeValue(ElementType::kFloat16, {1, 1}, {-7})).Output(MakeValue(ElementType::kFloat16, {}, {-7})).Check();
}

TEST(Det, OfNothingIsOne) {
  Det(F32({2, 0, 0}, {})).Output(F32({2}, {1, 1})).Check();
  Det(F32({0, 2, 2}, {})).Output(F32({0}, {})).Check();
}

TEST(Det, Wrong) {
  Det(F32({2, 3}, {1, 2, 3, 4, 5, 6})).Output(F32({}, {1})).ExpectError(StatusCode::kInvalidModel, "square");
  Det(F32({2}, {1, 2})).Output(F32({}, {1})).ExpectError(StatusCode::kInvalidModel, "square");
  Det(I32({1, 1}, {1})).Output(I32({}, {1})).ExpectError(StatusCode::kUnsupported, "input 0");
}

}  // namespace
}  // namespace linnet::testing
