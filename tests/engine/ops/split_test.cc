#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Split(int axis, const std::vector<int64_t>& sizes = {}, int num_outputs = 0) {
  OpTest test(OpCode::Split);
  test.Attrs<format::SplitT>([&](auto& a) {
    a.axis = axis;
    a.sizes = sizes;
    a.num_outputs = num_outputs;
  });
  return test;
}

TEST(Split, EqualParts) {
  Split(0)
      .Input(F32({6}, {1, 2, 3, 4, 5, 6}))
      .Output(F32({2}, {1, 2}))
      .Output(F32({2}, {3, 4}))
      .Output(F32({2}, {5, 6}))
      .Check();
  Split(-1, {}, 2)
      .Input(F32({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}))
      .Output(F32({2, 2}, {1, 2, 5, 6}))
      .Output(F32({2, 2}, {3, 4, 7, 8}))
      .Check();
}

TEST(Split, UnevenParts) {
  Split(0, {}, 3)
      .Input(F32({7}, {1, 2, 3, 4, 5, 6, 7}))
      .Output(F32({3}, {1, 2, 3}))
      .Output(F32({3}, {4, 5, 6}))
      .Output(F32({1}, {7}))
      .Check();
  Split(0, {}, 3).Input(F32({2}, {1, 2})).Output(F32({1}, {1})).Output(F32({1}, {2})).Output(F32({0}, {})).Check();
}

TEST(Split, GivenSizes) {
  const Value in = Iota(ElementType::kInt8, {2, 3});
  const Value first = MakeValue(ElementType::kInt8, {2, 1}, {0, 3});
  const Value second = MakeValue(ElementType::kInt8, {2, 2}, {1, 2, 4, 5});
  Split(1, {1, 2}).Input(in).Output(first).Output(second).Check();
  Split(1).Input(in).Param(Ints({1, 2})).Output(first).Output(second).Check();
  Split(1).Input(in).Param(Ints({0, 3})).Output(MakeValue(ElementType::kInt8, {2, 0}, {})).Output(in).Check();
}

TEST(Split, OutputsLeftOut) { Split(0).Input(F32({2}, {1, 2})).Output(F32({1}, {1})).NoOutput().Check(); }

TEST(Split, MiddleAxisOverThreads) {
  const Value in = Random(ElementType::kFloat32, {8, 6, 64, 64});
  Value parts[2] = {{ElementType::kFloat32, {8, 2, 64, 64}, {}}, {ElementType::kFloat32, {8, 4, 64, 64}, {}}};
  const size_t plane = 64 * 64 * 4;
  for (size_t n = 0; n < 8; ++n) {
    const uint8_t* row = &in.bytes[n * 6 * plane];
    parts[0].bytes.insert(parts[0].bytes.end(), row, row + 2 * plane);
    parts[1].bytes.insert(parts[1].bytes.end(), row + 2 * plane, row + 6 * plane);
  }
  Split(1, {2, 4}).Input(in).Output(parts[0]).Output(parts[1]).Check();
}

TEST(Split, WrongSizes) {
  const Value in = F32({3}, {1, 2, 3}), one = F32({1}, {1});
  Split(0, {1, 1}).Input(in).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "leave 1");
  Split(0, {1, 3}).Input(in).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "size 3");
  Split(0, {4, -1}).Input(in).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "size 4");
  Split(0, {3}).Input(in).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "1 sizes for 2 outputs");
  Split(0, {}, 3).Input(in).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "num_outputs is 3");
  Split(0).Input(in).Param(Ints({3})).Output(one).Output(one).ExpectError(StatusCode::kInvalidModel, "for 2 outputs");
  Split(1).Input(in).Output(one).ExpectError(StatusCode::kInvalidModel, "axis 1");
}

}  // namespace
}  // namespace linnet::testing
