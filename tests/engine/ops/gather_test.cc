#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Gather(int axis, const Value& in, const Value& indices) {
  OpTest test(OpCode::Gather);
  test.Attrs<format::AxisT>([&](auto& a) { a.axis = axis; }).Input(in).Input(indices);
  return test;
}

const Value kMatrix = F32({3, 2}, {1, 2, 3, 4, 5, 6});

TEST(Gather, Rows) {
  Gather(0, kMatrix, I64({2}, {2, 0})).Output(F32({2, 2}, {5, 6, 1, 2})).Check();
  Gather(0, kMatrix, I32({2, 2}, {0, 1, 1, -1})).Output(F32({2, 2, 2}, {1, 2, 3, 4, 3, 4, 5, 6})).Check();
  Gather(0, kMatrix, I64({}, {-2})).Output(F32({2}, {3, 4})).Check();
}

TEST(Gather, Columns) {
  Gather(1, kMatrix, I64({3}, {1, 1, 0})).Output(F32({3, 3}, {2, 2, 1, 4, 4, 3, 6, 6, 5})).Check();
  Gather(-1, kMatrix, I64({}, {0})).Output(F32({3}, {1, 3, 5})).Check();
}

TEST(Gather, EveryElementSize) {
  for (const ElementType type :
       {ElementType::kUint8, ElementType::kFloat16, ElementType::kInt32, ElementType::kInt64}) {
    Gather(1, MakeValue(type, {2, 3}, {1, 2, 3, 4, 5, 6}), I64({2}, {2, 0}))
        .Output(MakeValue(type, {2, 2}, {3, 1, 6, 4}))
        .Check();
  }
}

TEST(Gather, Empty) {
  Gather(0, kMatrix, I64({0}, {})).Output(F32({0, 2}, {})).Check();
  Gather(0, F32({2, 0}, {}), I64({1}, {1})).Output(F32({1, 0}, {})).Check();
}

TEST(Gather, EmbeddingOverThreads) {
  const Value table = Random(ElementType::kFloat32, {50, 256});
  Value indices{ElementType::kInt64, {400}, std::vector<uint8_t>(3200)};
  Value out{ElementType::kFloat32, {400, 256}, {}};
  for (int64_t i = 0; i < 400; ++i) {
    const int64_t index = i * 7 % 50;
    std::memcpy(&indices.bytes[i * 8], &index, 8);
    out.bytes.insert(out.bytes.end(), &table.bytes[index * 1024], &table.bytes[index * 1024] + 1024);
  }
  Gather(0, table, indices).Output(out).Check();
}

TEST(Gather, Wrong) {
  Gather(0, kMatrix, I64({1}, {3}))
      .Output(F32({1, 2}, {0, 0}))
      .ExpectError(StatusCode::kOutOfRange, "index 3 of axis 0");
  Gather(1, kMatrix, I64({1}, {-3})).Output(F32({3, 1}, {0, 0, 0})).ExpectError(StatusCode::kOutOfRange, "index -3");
  Gather(0, F32({0, 2}, {}), I64({1}, {0})).Output(F32({1, 2}, {0, 0})).ExpectError(StatusCode::kOutOfRange, "index 0");
  Gather(2, kMatrix, I64({1}, {0})).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Gather(0, kMatrix, F32({1}, {0})).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "must be int32 or int64");
  Gather(0, F32({}, {1}), I64({1}, {0})).Output(kMatrix).ExpectError(StatusCode::kInvalidModel, "axis 0");
}

}  // namespace
}  // namespace linnet::testing
