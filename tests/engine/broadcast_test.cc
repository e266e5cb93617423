#include "engine/broadcast.h"

#include <gtest/gtest.h>

#include "tests/engine/probe_op.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

TEST(BroadcastShape, AsNumPyHasIt) {
  struct Case {
    std::vector<Shape> inputs;
    Shape expected;
  };
  const Case cases[] = {{{{2, 3}}, {2, 3}},
                        {{{2, 3}, {}}, {2, 3}},
                        {{{3}, {2, 1}}, {2, 3}},
                        {{{1}, {1, 1, 1}}, {1, 1, 1}},
                        {{{4, 1, 3}, {2, 1}, {1}}, {4, 2, 3}},
                        {{{1, 3}, {0, 1}}, {0, 3}},
                        {{{0}, {1}}, {0}}};
  for (const Case& c : cases) {
    ProbeOp probe;
    for (const Shape& shape : c.inputs) probe.Input(MakeValue(ElementType::kInt8, shape, {}));
    Shape shape;
    const Status status = probe.Run(
        [&](OpContext& ctx) { return BroadcastShape(ctx, 0, static_cast<int>(c.inputs.size()), &shape); });
    EXPECT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(shape, c.expected);
  }
}

TEST(BroadcastShape, ErrorsNameTheTwoInputs) {
  ProbeOp probe;
  probe.Input(F32({2, 1}, {0, 0})).Input(F32({1, 3}, {0, 0, 0})).NoInput().Input(F32({4}, {0, 0, 0, 0}));
  Shape shape;
  ExpectError(probe.Run([&](OpContext& ctx) { return BroadcastShape(ctx, 0, 4, &shape); }), StatusCode::kInvalidModel,
              "inputs 1 and 3 do not broadcast: float32 [1, 3] and float32 [4]");
  ProbeOp empty;
  empty.Input(F32({0}, {})).Input(F32({2}, {1, 2}));
  ExpectError(empty.Run([&](OpContext& ctx) { return BroadcastShape(ctx, 0, 2, &shape); }), StatusCode::kInvalidModel,
              "do not broadcast");
}

TensorSlot Slot(const Shape& shape, int64_t padding = 0) {
  TensorSlot slot;
  slot.type = ElementType::kFloat32;
  slot.shape = shape;
  slot.row_stride = (shape.rank() > 0 ? shape.back() : 1) + padding;
  return slot;
}

// Offset of the element of `slot` that broadcasts to element `index` of `out`, both by plain division.
int64_t OffsetOf(const TensorSlot& slot, const Shape& out, int64_t index) {
  int64_t offset = 0, stride = 1;
  for (int d = out.rank() - 1, own = slot.rank() - 1; d >= 0; --d, --own) {
    const int64_t at = index % out[d];
    index /= out[d];
    if (own < 0) continue;
    if (slot.shape[own] != 1) offset += at * stride;
    stride *= own == slot.rank() - 1 ? slot.row_stride : slot.shape[own];
  }
  return offset;
}

// Every element of the output in exactly one block, with the operands' elements that broadcast to it.
void ExpectCovers(const std::vector<TensorSlot>& slots, int64_t max_elements) {
  std::vector<const TensorSlot*> operands;
  for (const TensorSlot& slot : slots) operands.push_back(&slot);
  const BroadcastLoop loop(operands.data(), static_cast<int>(operands.size()), max_elements);
  const Shape& out = slots[0].shape;
  EXPECT_EQ(loop.elements(), out.elements());
  std::vector<std::vector<int64_t>> found;  // offsets of all operands, per element
  for (int64_t b = 0; b < loop.blocks(); ++b) {
    const BroadcastLoop::Block block = loop.At(b);
    ASSERT_GE(block.rows * block.n, 1);
    ASSERT_LE(block.rows * block.n, max_elements);
    ASSERT_EQ(block.step[0], 1);
    for (int64_t r = 0; r < block.rows; ++r) {
      for (int64_t i = 0; i < block.n; ++i) {
        std::vector<int64_t> offsets;
        for (size_t k = 0; k < slots.size(); ++k) {
          ASSERT_TRUE(block.step[k] == 0 || block.step[k] == 1);
          offsets.push_back(block.offset[k] + r * block.row_stride[k] + i * block.step[k]);
        }
        found.push_back(offsets);
      }
    }
  }
  std::vector<std::vector<int64_t>> expected;
  for (int64_t i = 0; i < out.elements(); ++i) {
    std::vector<int64_t> offsets;
    for (const TensorSlot& slot : slots) offsets.push_back(OffsetOf(slot, out, i));
    expected.push_back(offsets);
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(found, expected);
}

TEST(BroadcastLoop, CoversEveryElementOnce) {
  const std::vector<std::vector<Shape>> cases = {{{}, {}},
                                                 {{1, 1}, {}, {1}},
                                                 {{7}, {1}, {7}},
                                                 {{2, 3}, {2, 3}, {3}},
                                                 {{2, 3}, {2, 1}, {1, 3}},
                                                 {{4, 2, 3}, {4, 1, 3}, {2, 1}, {}},
                                                 {{2, 3, 4, 5}, {2, 3, 4, 5}, {3, 1, 1}},
                                                 {{2, 3, 4, 5}, {1, 3, 1, 5}, {2, 1, 4, 1}},
                                                 {{2, 1, 3, 1, 2, 1, 2, 1}, {1, 1, 3, 1, 1, 1, 2, 1}},
                                                 {{5, 1}, {1, 1}},
                                                 {{2, 0, 3}, {3}},
                                                 {{1, 1, 9}, {9}, {1, 9}}};
  for (const std::vector<Shape>& shapes : cases) {
    for (int64_t most : {1, 4, 7, 1000}) {
      std::vector<TensorSlot> slots;
      for (const Shape& shape : shapes) slots.push_back(Slot(shape));
      ExpectCovers(slots, most);
    }
  }
}

TEST(BroadcastLoop, RowsApartFromEachOther) {
  for (int64_t most : {1, 5, 1000}) {
    ExpectCovers({Slot({4, 3}, 2), Slot({4, 3}), Slot({3})}, most);
    ExpectCovers({Slot({2, 4, 3}), Slot({2, 4, 3}, 5), Slot({2, 1, 3}, 1)}, most);
    ExpectCovers({Slot({2, 4, 1}, 3), Slot({2, 4, 1}), Slot({4, 1}, 6)}, most);  // one channel of several
    ExpectCovers({Slot({1, 3}, 9), Slot({1, 3})}, most);
  }
}

TEST(BroadcastLoop, RunVisitsEachBlockOnce) {
  SessionOptions options;
  options.threads = 2;
  ProbeOp probe;
  probe.Input(F32({2, kParallelElements}, {}));
  const Status status = probe.Run([](OpContext&) { return Status(); },
                                  [](OpContext& ctx) {
                                    const TensorSlot* operands[] = {&ctx.output(0), &ctx.input(0)};
                                    const BroadcastLoop loop(operands, 2, 1000);
                                    std::vector<int> visits(static_cast<size_t>(loop.elements()));
                                    for (bool parallel : {true, false}) {
                                      loop.Run(
                                          ctx,
                                          [&](const BroadcastLoop::Block& block, int) {
                                            for (int64_t i = 0; i < block.n; ++i) {
                                              ++visits[static_cast<size_t>(block.offset[0] + i)];
                                            }
                                          },
                                          parallel);
                                    }
                                    for (int count : visits) EXPECT_EQ(count, 2);
                                    return Status();
                                  },
                                  options);
  EXPECT_TRUE(status.ok()) << status.message();
}

}  // namespace
}  // namespace linnet::testing
