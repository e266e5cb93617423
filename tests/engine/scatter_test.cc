#include "engine/scatter.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/widen.h"
#include "tests/engine/probe_op.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

TensorSlot SlotOf(Value& value) {
  TensorSlot slot;
  slot.type = value.type;
  slot.shape = value.shape;
  slot.data = value.bytes.data();
  return slot;
}

// `out` with updates[from ...] reduced into [first, first + n).
std::vector<double> Reduced(Reduction reduction, Value out, Value updates, int64_t first, int64_t from, int64_t n) {
  ReduceInto(reduction, SlotOf(out), first, SlotOf(updates), from, n);
  return Numbers(out);
}

TEST(ReduceInto, EveryReductionOfEveryKind) {
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat64, ElementType::kFloat16, ElementType::kInt8,
                           ElementType::kInt64, ElementType::kUint16}) {
    const Value out = MakeValue(type, {4}, {9, 2, 5, 9}), updates = MakeValue(type, {3}, {7, 3, 4});
    const auto run = [&](Reduction reduction) { return Reduced(reduction, out, updates, 1, 1, 2); };
    EXPECT_EQ(run(Reduction::kNone), (std::vector<double>{9, 3, 4, 9})) << ElementTypeName(type);
    EXPECT_EQ(run(Reduction::kAdd), (std::vector<double>{9, 5, 9, 9})) << ElementTypeName(type);
    EXPECT_EQ(run(Reduction::kMul), (std::vector<double>{9, 6, 20, 9})) << ElementTypeName(type);
    EXPECT_EQ(run(Reduction::kMax), (std::vector<double>{9, 3, 5, 9})) << ElementTypeName(type);
    EXPECT_EQ(run(Reduction::kMin), (std::vector<double>{9, 2, 4, 9})) << ElementTypeName(type);
  }
}

TEST(ReduceInto, SignsAndWrapping) {
  const auto one = [](ElementType type, Reduction reduction, double a, double b) {
    return Reduced(reduction, MakeValue(type, {1}, {a}), MakeValue(type, {1}, {b}), 0, 0, 1)[0];
  };
  EXPECT_EQ(one(ElementType::kInt8, Reduction::kMax, -3, 2), 2);
  EXPECT_EQ(one(ElementType::kInt8, Reduction::kMin, -3, 2), -3);
  EXPECT_EQ(one(ElementType::kInt8, Reduction::kAdd, 127, 1), -128);
  EXPECT_EQ(one(ElementType::kUint8, Reduction::kMul, 16, 16), 0);
  EXPECT_EQ(one(ElementType::kInt16, Reduction::kMul, -3, 5), -15);
}

TEST(ReduceInto, NaNWins) {
  for (Reduction reduction : {Reduction::kMax, Reduction::kMin, Reduction::kAdd, Reduction::kMul}) {
    EXPECT_TRUE(std::isnan(Reduced(reduction, F32({1}, {NAN}), F32({1}, {1}), 0, 0, 1)[0]));
    EXPECT_TRUE(std::isnan(Reduced(reduction, F32({1}, {1}), F32({1}, {NAN}), 0, 0, 1)[0]));
  }
}

TEST(ReduceInto, LongerThanABlock) {
  const int64_t n = 2 * static_cast<int64_t>(kWideBlock) + 5;
  const Value values = Iota(ElementType::kInt32, {n});
  const std::vector<double> sums = Reduced(Reduction::kAdd, values, values, 0, 0, n);
  for (int64_t i = 0; i < n; ++i) ASSERT_EQ(sums[static_cast<size_t>(i)], 2 * i);
}

Status Prepare(const Value& data, const Value& indices, const Value& updates, int reduction) {
  ProbeOp probe;
  probe.Input(data).Input(indices).Input(updates).Attrs<format::ScatterT>([=](auto& a) { a.reduction = reduction; });
  return probe.Run(PrepareScatter);
}

TEST(PrepareScatter, ChecksTypesAndReduction) {
  const Value x = F32({2}, {1, 2});
  EXPECT_TRUE(Prepare(x, Ints({0}), x, 4).ok());
  EXPECT_TRUE(Prepare(x, I32({1}, {0}), x, 0).ok());
  ExpectError(Prepare(x, x, x, 0), StatusCode::kInvalidModel, "int32 or int64");
  ExpectError(Prepare(x, Ints({0}), Ints({0}), 0), StatusCode::kInvalidModel, "input 2");
  ExpectError(Prepare(MakeValue(ElementType::kInt4, {2}, {0, 0}), Ints({0}), x, 0), StatusCode::kUnsupported, "int4");
  for (int reduction : {-1, 5}) ExpectError(Prepare(x, Ints({0}), x, reduction), StatusCode::kUnsupported, "reduction");
}

}  // namespace
}  // namespace linnet::testing
