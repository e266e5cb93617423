#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Col2Im(const Value& x, const std::vector<int64_t>& image, const std::vector<int64_t>& block,
              const std::vector<int>& strides = {}, const std::vector<int>& pads = {},
              const std::vector<int>& dilations = {}) {
  OpTest test(OpCode::Col2Im);
  test.Attrs<format::Col2ImT>([&](auto& a) {
    a.strides = strides;
    a.pads = pads;
    a.dilations = dilations;
  });
  return test.Input(x).Param(Ints(image)).Param(Ints(block));
}

TEST(Col2Im, AddsWhatOverlaps) {
  // Blocks of 2 over a row of 3: the middle gets two elements.
  Col2Im(F32({1, 2, 2}, {1, 2, 3, 4}), {1, 3}, {1, 2}).Output(F32({1, 1, 1, 3}, {1, 5, 4})).Check();
  Col2Im(F32({1, 4, 1}, {1, 2, 3, 4}), {2, 2}, {2, 2}).Output(F32({1, 1, 2, 2}, {1, 2, 3, 4})).Check();
  Col2Im(I32({1, 2, 2}, {1, 2, 3, 4}), {3}, {2}).Output(I32({1, 1, 3}, {1, 5, 4})).Check();
}

TEST(Col2Im, StridesPadsDilations) {
  Col2Im(F32({1, 1, 2}, {1, 2}), {1, 3}, {1, 1}, {1, 2}).Output(F32({1, 1, 1, 3}, {1, 0, 2})).Check();
  Col2Im(F32({1, 2, 2}, {1, 2, 3, 4}), {1}, {2}, {}, {1, 1}).Output(F32({1, 1, 1}, {5})).Check();
  Col2Im(F32({1, 2, 1}, {1, 2}), {3}, {2}, {}, {}, {2}).Output(F32({1, 1, 3}, {1, 0, 2})).Check();
  Col2Im(F32({0, 2, 2}, {}), {3}, {2}).Output(F32({0, 1, 3}, {})).Check();
}

TEST(Col2Im, Wrong) {
  const Value x = F32({1, 2, 2}, {1, 2, 3, 4});
  Col2Im(x, {4}, {2}).Output(x).ExpectError(StatusCode::kInvalidModel, "expected [n, c * 2, 3]");
  Col2Im(x, {3}, {4}).Output(x).ExpectError(StatusCode::kInvalidModel, "no room");
  Col2Im(x, {3}, {0}).Output(x).ExpectError(StatusCode::kInvalidModel, "no room");
  Col2Im(x, {3}, {2}, {0}).Output(x).ExpectError(StatusCode::kInvalidModel, "no room");
  Col2Im(x, {3, 1}, {2}).Output(x).ExpectError(StatusCode::kInvalidModel, "block_shape");
}

}  // namespace
}  // namespace linnet::testing
