#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Mel(int64_t bands, int64_t length, int64_t rate, double low, double high) {
  OpTest test(OpCode::MelWeightMatrix);
  test.Attrs<format::CastT>([](auto& a) { a.to = format::ElementType::Float32; });
  test.Param(I32({}, {static_cast<double>(bands)})).Param(I32({}, {static_cast<double>(length)}));
  return test.Param(I64({}, {rate})).Param(F32({}, {low})).Param(F32({}, {high}));
}

TEST(MelWeightMatrix, Triangles) {
  // The example of the standard.
  Mel(8, 16, 8192, 0, 4096)
      .Output(F32({9, 8}, {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
                           0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
      .Check();
  Mel(0, 4, 8192, 0, 4096).Output(F32({3, 0}, {})).Check();
}

TEST(MelWeightMatrix, Wrong) {
  const Value y = F32({9, 8}, std::vector<double>(72, 0));
  Mel(8, 0, 8192, 0, 4096).Output(y).ExpectError(StatusCode::kInvalidModel, "8 bands");
  Mel(-1, 16, 8192, 0, 4096).Output(y).ExpectError(StatusCode::kInvalidModel, "-1 bands");
  Mel(8, 16, 8192, 5000, 4096).Output(y).ExpectError(StatusCode::kInvalidModel, "from 5000 to 4096");
}

}  // namespace
}  // namespace linnet::testing
