#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Transpose(const std::vector<int>& perm) {
  OpTest test(OpCode::Transpose);
  test.Attrs<format::TransposeT>([&](auto& a) { a.perm = perm; });
  return test;
}

// Transposes element by element.
Value Transposed(const Value& in, const std::vector<int>& perm) {
  Value out = in;
  const int rank = in.shape.rank();
  for (int d = 0; d < rank; ++d) out.shape[d] = in.shape[perm[d]];
  const size_t bytes = ElementBits(in.type) / 8;
  for (int64_t i = 0; i < in.shape.elements(); ++i) {
    int64_t index[Shape::kMaxRank] = {}, rest = i, to = 0;
    for (int d = rank - 1; d >= 0; --d) index[d] = rest % in.shape[d], rest /= in.shape[d];
    for (int d = 0; d < rank; ++d) to = to * out.shape[d] + index[perm[d]];
    std::memcpy(&out.bytes[to * bytes], &in.bytes[i * bytes], bytes);
  }
  return out;
}

void Check(ElementType type, const Shape& shape, const std::vector<int>& perm) {
  const Value in = Random(type, shape);
  Transpose(perm).Input(in).Output(Transposed(in, perm)).Check();
}

TEST(Transpose, Small) {
  Transpose({1, 0}).Input(F32({2, 3}, {1, 2, 3, 4, 5, 6})).Output(F32({3, 2}, {1, 4, 2, 5, 3, 6})).Check();
  Transpose({}).Input(F32({2, 3}, {1, 2, 3, 4, 5, 6})).Output(F32({3, 2}, {1, 4, 2, 5, 3, 6})).Check();
  Transpose({}).Input(F32({}, {5})).Output(F32({}, {5})).Check();
  Transpose({1, 0}).Input(F32({0, 3}, {})).Output(F32({3, 0}, {})).Check();
}

TEST(Transpose, EveryElementSize) {
  for (const ElementType type :
       {ElementType::kInt8, ElementType::kFloat16, ElementType::kFloat32, ElementType::kInt64}) {
    Check(type, {2, 3, 5, 7}, {0, 2, 3, 1});
    Check(type, {2, 3, 5, 7}, {0, 3, 1, 2});
    Check(type, {2, 3, 5, 7}, {3, 1, 0, 2});
    Check(type, {4, 17, 33}, {0, 2, 1});
  }
}

TEST(Transpose, LargeEnoughForThreads) {
  Check(ElementType::kFloat32, {1, 65, 70, 33}, {0, 2, 3, 1});
  Check(ElementType::kFloat32, {2, 70, 65, 33}, {0, 3, 1, 2});
  Check(ElementType::kInt8, {3, 400, 401}, {2, 1, 0});
  Check(ElementType::kFloat32, {300, 8, 2, 32}, {1, 0, 2, 3});
}

TEST(Transpose, RankEight) { Check(ElementType::kInt16, {2, 1, 3, 2, 2, 1, 2, 3}, {7, 0, 6, 1, 5, 2, 4, 3}); }

TEST(Transpose, WrongPerm) {
  const Value in = F32({1, 2, 1}, {0, 0});
  Transpose({0, 1}).Input(in).Output(in).ExpectError(StatusCode::kInvalidModel, "2 entries");
  Transpose({0, 1, 1}).Input(in).Output(in).ExpectError(StatusCode::kInvalidModel, "perm[2] = 1");
  Transpose({0, 1, 3}).Input(in).Output(in).ExpectError(StatusCode::kInvalidModel, "perm[2] = 3");
  Transpose({0, -1, 2}).Input(in).Output(in).ExpectError(StatusCode::kInvalidModel, "perm[1] = -1");
}

TEST(Transpose, PackedTypesAreRefused) {
  Transpose({0})
      .Input(Random(ElementType::kInt4, {2}))
      .Output(Random(ElementType::kInt4, {2}))
      .ExpectError(StatusCode::kUnsupported, "int4");
}

}  // namespace
}  // namespace linnet::testing
