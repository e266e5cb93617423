#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Tile(const Value& in, const std::vector<int64_t>& repeats) {
  OpTest test(OpCode::Tile);
  test.Input(in).Param(Ints(repeats));
  return test;
}

TEST(Tile, Repeats) {
  const Value in = F32({2, 2}, {1, 2, 3, 4});
  Tile(in, {1, 1}).Output(in).Check();
  Tile(in, {2, 1}).Output(F32({4, 2}, {1, 2, 3, 4, 1, 2, 3, 4})).Check();
  Tile(in, {1, 3}).Output(F32({2, 6}, {1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4})).Check();
  Tile(in, {2, 2}).Output(F32({4, 4}, {1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4})).Check();
  Tile(in, {0, 2}).Output(F32({0, 4}, {})).Check();
  Tile(F32({}, {1}), {}).Output(F32({}, {1})).Check();
  Tile(F32({0}, {}), {3}).Output(F32({0}, {})).Check();
}

TEST(Tile, RankEightOfBytes) {
  const Value in = Iota(ElementType::kUint8, {1, 1, 1, 1, 1, 1, 2, 2});
  Tile(in, {2, 1, 1, 1, 1, 1, 1, 2})
      .Output(
          MakeValue(ElementType::kUint8, {2, 1, 1, 1, 1, 1, 2, 4}, {0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3}))
      .Check();
}

TEST(Tile, WrongRepeats) {
  const Value in = F32({2}, {1, 2});
  Tile(in, {1, 1}).Output(in).ExpectError(StatusCode::kInvalidModel, "2 repeats");
  Tile(in, {-1}).Output(in).ExpectError(StatusCode::kInvalidModel, "repeats[0] = -1");
  Tile(in, {INT64_MAX}).Output(in).ExpectError(StatusCode::kInvalidModel, "does not fit");
}

}  // namespace
}  // namespace linnet::testing
