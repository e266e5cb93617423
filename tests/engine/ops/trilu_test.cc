#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Trilu(bool upper, const Value& in) {
  OpTest test(OpCode::Trilu);
  test.Attrs<format::TriluT>([&](auto& a) { a.upper = upper; }).Input(in);
  return test;
}

const Value kMatrix = F32({2, 3}, {1, 2, 3, 4, 5, 6});

TEST(Trilu, Diagonals) {
  Trilu(true, kMatrix).Output(F32({2, 3}, {1, 2, 3, 0, 5, 6})).Check();
  Trilu(false, kMatrix).Output(F32({2, 3}, {1, 0, 0, 4, 5, 0})).Check();
  Trilu(true, kMatrix).Param(I64({}, {1})).Output(F32({2, 3}, {0, 2, 3, 0, 0, 6})).Check();
  Trilu(true, kMatrix).Param(I64({1}, {-1})).Output(kMatrix).Check();
  Trilu(false, kMatrix).Param(I64({}, {1})).Output(F32({2, 3}, {1, 2, 0, 4, 5, 6})).Check();
  Trilu(false, kMatrix).Param(I64({}, {-1})).Output(F32({2, 3}, {0, 0, 0, 4, 0, 0})).Check();
  Trilu(true, kMatrix).Param(I64({}, {INT64_MAX})).Output(F32({2, 3}, {0, 0, 0, 0, 0, 0})).Check();
  Trilu(false, kMatrix).Param(I64({}, {INT64_MIN})).Output(F32({2, 3}, {0, 0, 0, 0, 0, 0})).Check();
}

TEST(Trilu, BatchesAndSizes) {
  for (const ElementType type : {ElementType::kBool, ElementType::kFloat16, ElementType::kInt64}) {
    Trilu(false, MakeValue(type, {2, 2, 2}, {1, 1, 1, 1, 1, 1, 1, 1}))
        .Output(MakeValue(type, {2, 2, 2}, {1, 0, 1, 1, 1, 0, 1, 1}))
        .Check();
  }
  Trilu(true, F32({2, 0, 2}, {})).Output(F32({2, 0, 2}, {})).Check();
}

TEST(Trilu, Wrong) {
  Trilu(true, F32({2}, {1, 2})).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "rank below 2");
  Trilu(true, kMatrix).Param(I64({2}, {1, 2})).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "not one number");
}

}  // namespace
}  // namespace linnet::testing
