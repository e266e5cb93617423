#include <gtest/gtest.h>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/ops/conv_reference.h"
#include "tests/engine/ops/recurrent_reference.h"

namespace linnet::testing {
namespace {

constexpr OpCode kOps[] = {OpCode::Lstm, OpCode::Gru, OpCode::Rnn};
constexpr format::Direction kDirections[] = {format::Direction::Forward, format::Direction::Reverse,
                                             format::Direction::Bidirectional};

TEST(RecurrentRun, DirectionsAndLengths) {
  for (OpCode op : kOps) {
    for (format::Direction direction : kDirections) {
      for (bool lengths : {false, true}) {
        RecurrentCase c;
        c.op = op;
        c.direction = direction;
        c.steps = 4;
        c.batch = 3;
        c.with_lengths = lengths;
        c.lengths = {2, 0, 4};
        CheckRecurrent(c);
      }
    }
  }
}

// x w^T of many steps is computed in several pieces, the last of them shorter. With r = 0 no error grows from step to
// step: y = tanh(x w^T).
TEST(RecurrentRun, MoreStepsThanAChunk) {
  constexpr int64_t kSteps = 300, kBatch = 2, kHidden = 128;
  for (format::Direction direction : kDirections) {
    const int64_t directions = direction == format::Direction::Bidirectional ? 2 : 1;
    const Value x = Random(ElementType::kFloat32, {kSteps, kBatch, 2});
    const Value w = Random(ElementType::kFloat32, {directions, kHidden, 2}, 2);
    const Value r = F32({directions, kHidden, kHidden}, Doubles(static_cast<size_t>(directions * kHidden * kHidden)));
    const Doubles xs = Numbers(x), ws = Numbers(w);
    Doubles ys;
    for (int64_t i = 0; i < kSteps * directions * kBatch * kHidden; ++i) {
      const int64_t k = i % kHidden, row = i / kHidden % kBatch, d = i / kHidden / kBatch % directions;
      const int64_t t = i / kHidden / kBatch / directions;
      const double* in = &xs[static_cast<size_t>((t * kBatch + row) * 2)];
      const double* weights = &ws[static_cast<size_t>((d * kHidden + k) * 2)];
      ys.push_back(row == 1 && t >= 257 ? 0 : std::tanh(in[0] * weights[0] + in[1] * weights[1]));
    }
    OpTest test(OpCode::Rnn);
    test.Attrs<format::RecurrentT>([&](auto& a) { a.hidden_size = kHidden, a.direction = direction; });
    test.Input(x).Constant(w).Constant(r).NoInput().Constant(I32({2}, {300, 257}));
    test.Output(F32({kSteps, directions, kBatch, kHidden}, ys)).NoOutput().Within(1e-5).Check();
  }
}

TEST(RecurrentRun, Panels) {
  for (OpCode op : {OpCode::Lstm, OpCode::Rnn}) {
    RecurrentCase c;
    c.op = op;
    c.hidden = 5;
    c.direction = format::Direction::Bidirectional;
    const RecurrentReference expected(c);
    const size_t n = static_cast<size_t>(c.gates()) * 5, width = format::PanelWidth(n);
    std::vector<uint8_t> w = FloatBytes(format::PanelElements(2, n, 3, width));
    std::vector<uint8_t> r = FloatBytes(format::PanelElements(2, n, 5, width));
    kernels::PackPanels({2, n, 3, n * 3, 3, 1}, width, Floats(expected.w), AsFloats(w));
    kernels::PackPanels({2, n, 5, n * 5, 5, 1}, width, Floats(expected.r), AsFloats(r));
    const uint8_t stored_width = static_cast<uint8_t>(width);
    RecurrentTest(c, expected, [&](OpTest* test) {
      test->Packed(ElementType::kFloat32, expected.w.shape, format::StorageOrder::Panels, stored_width, 2, w);
      test->Packed(ElementType::kFloat32, expected.r.shape, format::StorageOrder::Panels, stored_width, 2, r);
    }).Within(2e-5).Check();
  }
}

TEST(RecurrentRun, EveryFloatingType) {
  for (OpCode op : kOps) {
    for (ElementType type : {ElementType::kFloat64, ElementType::kFloat16, ElementType::kBfloat16}) {
      RecurrentCase c;
      c.op = op;
      c.type = type;
      c.direction = format::Direction::Bidirectional;
      c.with_lengths = true;
      c.lengths = {3, 1};
      c.with_peephole = true;
      c.linear_before_reset = true;
      CheckRecurrent(c, type == ElementType::kFloat64 ? 1e-12 : 0);
    }
  }
}

TEST(RecurrentRun, EmptySizes) {
  for (OpCode op : kOps) {
    RecurrentCase c;
    c.op = op;
    c.steps = 0;
    CheckRecurrent(c);
    c.steps = 3;
    c.batch = 0;
    CheckRecurrent(c);
    c.batch = 2;
    c.inputs = 0;
    CheckRecurrent(c);
  }
}

TEST(RecurrentRun, LengthsMustFit) {
  RecurrentCase c;
  c.with_lengths = true;
  for (int length : {-1, 4}) {
    c.lengths = {1, length};
    RecurrentCase good = c;
    good.lengths = {1, 1};
    RecurrentReference expected(good);
    expected.sequence_lens = I32({2}, {1, static_cast<double>(length)});
    RecurrentTest(c, expected, [&](OpTest* test) { test->Constant(expected.w).Constant(expected.r); })
        .ExpectError(StatusCode::kOutOfRange, "x has 3 steps");
  }
}

}  // namespace
}  // namespace linnet::testing
