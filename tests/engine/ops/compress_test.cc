#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

Value Bools(const std::vector<double>& numbers) {
  return MakeValue(ElementType::kBool, {static_cast<int64_t>(numbers.size())}, numbers);
}

OpTest Compress(const Value& in, const Value& condition, int axis, bool flatten = false) {
  OpTest test(OpCode::Compress);
  test.Attrs<format::SelectT>([&](auto& a) {
    a.axis = axis;
    a.flatten = flatten;
  });
  test.Input(in).Input(condition);
  return test;
}

const Value kMatrix = F32({3, 2}, {1, 2, 3, 4, 5, 6});

TEST(Compress, AlongAxes) {
  Compress(kMatrix, Bools({0, 1, 1}), 0).Output(F32({2, 2}, {3, 4, 5, 6})).Check();
  Compress(kMatrix, Bools({0, 1}), 1).Output(F32({3, 1}, {2, 4, 6})).Check();
  Compress(kMatrix, Bools({0, 1}), -2).Output(F32({1, 2}, {3, 4})).Check();
  Compress(kMatrix, Bools({0, 0}), 0).Output(F32({0, 2}, {})).Check();
}

TEST(Compress, Flattened) {
  Compress(kMatrix, Bools({0, 1, 0, 0, 1}), 0, /*flatten=*/true).Output(F32({2}, {2, 5})).Check();
  Compress(MakeValue(ElementType::kInt8, {2, 2}, {1, 2, 3, 4}), Bools({1, 0, 0, 1}), 0, true)
      .Output(MakeValue(ElementType::kInt8, {2}, {1, 4}))
      .Check();
}

TEST(Compress, Wrong) {
  Compress(kMatrix, Bools({0, 1, 1, 1}), 0)
      .Output(kMatrix)
      .ExpectError(StatusCode::kInvalidModel, "condition 3 is true");
  Compress(kMatrix, Bools({1}), 2).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Compress(kMatrix, F32({1}, {1}), 0).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "bool");
  Compress(kMatrix, MakeValue(ElementType::kBool, {1, 1}, {1}), 0)
      .Output(kMatrix)
      .ExpectError(StatusCode::kInvalidModel, "not a list");
}

}  // namespace
}  // namespace linnet::testing
