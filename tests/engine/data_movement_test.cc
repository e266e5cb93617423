#include "engine/data_movement.h"

#include <gtest/gtest.h>

#include "tests/engine/probe_op.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

TEST(ElementBytes, WholeBytesOnly) {
  const auto bytes_of = [](ElementType type, size_t* bytes) {
    return ProbeOp().Input(MakeValue(type, {2}, {0, 0})).Run([=](OpContext& ctx) {
      return ElementBytes(ctx, 0, bytes);
    });
  };
  size_t bytes = 0;
  ASSERT_TRUE(bytes_of(ElementType::kFloat64, &bytes).ok());
  EXPECT_EQ(bytes, 8u);
  ASSERT_TRUE(bytes_of(ElementType::kBool, &bytes).ok());
  EXPECT_EQ(bytes, 1u);
  ExpectError(bytes_of(ElementType::kInt4, &bytes), StatusCode::kUnsupported, "input 0 is int4");
}

TEST(ByteStrides, RowsMayLieApart) {
  TensorSlot slot;
  slot.type = ElementType::kFloat32;
  slot.shape = {2, 3, 4};
  slot.row_stride = 10;
  const ByteStrides strides(slot);
  EXPECT_EQ(strides[2], 4);
  EXPECT_EQ(strides[1], 40);
  EXPECT_EQ(strides[0], 120);
}

TEST(Indices, BothTypesAndFromTheEnd) {
  int32_t small[] = {0, -1, 4, -5};
  int64_t large[] = {3, INT64_MIN, INT64_MAX, -4};
  TensorSlot slot;
  slot.shape = {4};
  slot.type = ElementType::kInt32;
  slot.data = small;
  EXPECT_EQ(IndexAt(slot, 1), -1);
  EXPECT_EQ(WrappedIndexAt(slot, 0, 4), 0);
  EXPECT_EQ(WrappedIndexAt(slot, 1, 4), 3);
  EXPECT_EQ(WrappedIndexAt(slot, 2, 4), -1);
  EXPECT_EQ(WrappedIndexAt(slot, 3, 4), -1);
  slot.type = ElementType::kInt64;
  slot.data = large;
  EXPECT_EQ(WrappedIndexAt(slot, 0, 4), 3);
  EXPECT_EQ(WrappedIndexAt(slot, 1, 4), -1);
  EXPECT_EQ(WrappedIndexAt(slot, 2, 4), -1);
  EXPECT_EQ(WrappedIndexAt(slot, 3, 4), 0);
  EXPECT_EQ(WrappedIndexAt(slot, 0, 0), -1) << "an empty dimension has no index";
}

TEST(ReadAxes, FromInputOrAttribute) {
  IntList axes;
  const auto read = [&](ProbeOp probe, int rank) {
    probe.Attrs<format::AxesT>([](auto& a) { a.axes = {2, -3}; });
    return probe.Run([&axes, rank](OpContext& ctx) {
      return ReadAxes(ctx, 1, ctx.attrs<format::Axes>()->axes(), rank, &axes);
    });
  };
  const Value x = F32({1}, {0});
  ASSERT_TRUE(read(ProbeOp().Input(x), 3).ok());
  ASSERT_EQ(axes.count, 2);
  EXPECT_EQ(axes[0], 2);
  EXPECT_EQ(axes[1], 0);
  ASSERT_TRUE(read(ProbeOp().Input(x).Param(Ints({-1})), 4).ok());
  ASSERT_EQ(axes.count, 1);
  EXPECT_EQ(axes[0], 3);
  ASSERT_TRUE(read(ProbeOp().Input(x).Param(Ints({})), 4).ok());
  EXPECT_EQ(axes.count, 0);
  ExpectError(read(ProbeOp().Input(x).Param(Ints({1, -3})), 4), StatusCode::kInvalidModel, "axis 1 is given twice");
  ExpectError(read(ProbeOp().Input(x).Param(Ints({4})), 4), StatusCode::kInvalidModel, "axis 4");
}

TEST(ExpectIndexType, IntegersOnly) {
  const auto check = [](const Value& value) {
    return ProbeOp().Input(value).Run([](OpContext& ctx) { return ExpectIndexType(ctx, 0); });
  };
  EXPECT_TRUE(check(Ints({1})).ok());
  EXPECT_TRUE(check(I32({1}, {1})).ok());
  ExpectError(check(F32({1}, {1})), StatusCode::kInvalidModel, "must be int32 or int64, not float32");
}

// Copies and ranges that are large enough for threads give every byte once.
TEST(ParallelRanges, CoverEverythingOnce) {
  for (int threads : {1, 3}) {
    SessionOptions options;
    options.threads = threads;
    const Status status = ProbeOp().Input(F32({1}, {0})).Run(
        [](OpContext&) { return Status(); },
        [](OpContext& ctx) {
          for (int64_t count : {0, 1, 5, 100}) {
            for (int64_t bytes : {int64_t{0}, kParallelBytes}) {
              std::vector<int> visits(static_cast<size_t>(count));
              ParallelRanges(ctx, count, bytes, [&](int64_t first, int64_t last, int) {
                for (int64_t i = first; i < last; ++i) ++visits[static_cast<size_t>(i)];
              });
              for (int visit : visits) EXPECT_EQ(visit, 1);
            }
          }
          return Status();
        },
        options);
    EXPECT_TRUE(status.ok()) << status.message();
  }
}

TEST(RunCopy, TransposesInParts) {
  for (int64_t size : {3, 400}) {  // 400 * 400 floats are worth several threads
    SessionOptions options;
    options.threads = 2;
    ProbeOp probe;
    probe.Input(Iota(ElementType::kFloat32, {size, size}));
    const Status status = probe.Run([](OpContext&) { return Status(); },
                                    [size](OpContext& ctx) {
                                      kernels::CopyPlan plan(4);
                                      plan.Append(size, 4, 4 * size);
                                      plan.Append(size, 4 * size, 4);
                                      RunCopy(ctx, plan, ctx.input(0).data, ctx.output(0).data);
                                      return Status();
                                    },
                                    options);
    ASSERT_TRUE(status.ok()) << status.message();
    const std::vector<double> out = Numbers(probe.output(0));
    for (int64_t i = 0; i < size * size; ++i) ASSERT_EQ(out[static_cast<size_t>(i)], i % size * size + i / size);
  }
}

TEST(CopyView, CopiesUnlessItIsThere) {
  for (uint32_t flags : {uint32_t{kNoFlags}, uint32_t{kView}}) {
    ProbeOp probe;
    probe.Input(Iota(ElementType::kInt16, {7})).Flags(flags);
    ASSERT_TRUE(probe.Run([](OpContext&) { return Status(); }, CopyView).ok());
    EXPECT_EQ(probe.output(0).bytes, Iota(ElementType::kInt16, {7}).bytes);
  }
}

}  // namespace
}  // namespace linnet::testing
