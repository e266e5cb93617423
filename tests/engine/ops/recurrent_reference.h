// Lstm, Gru and Rnn in double, by the formulas of ONNX, one sequence and one element after the other.
#ifndef LINNET_TESTS_ENGINE_OPS_RECURRENT_REFERENCE_H_
#define LINNET_TESTS_ENGINE_OPS_RECURRENT_REFERENCE_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tests/engine/op_test.h"

namespace linnet::testing {

using Doubles = std::vector<double>;

// The default functions; empty inputs are left out.
struct RecurrentCase {
  OpCode op = OpCode::Lstm;
  int64_t steps = 3, batch = 2, inputs = 3, hidden = 4;
  format::Direction direction = format::Direction::Forward;
  bool with_bias = true, with_lengths = false, with_state = true, with_peephole = false;
  bool linear_before_reset = false, input_forget = false;
  double clip = 0;
  std::vector<int> lengths;
  ElementType type = ElementType::kFloat32;

  int gates() const { return op == OpCode::Lstm ? 4 : op == OpCode::Gru ? 3 : 1; }
  int directions() const { return direction == format::Direction::Bidirectional ? 2 : 1; }
  int64_t length(int64_t row) const { return with_lengths ? lengths[static_cast<size_t>(row)] : steps; }
};

// A quarter of Random's numbers: sums that do not drive every function into saturation.
inline Value RecurrentValue(const RecurrentCase& c, const Shape& shape, uint32_t seed) {
  Doubles numbers = Numbers(Random(c.type, shape, seed));
  for (double& number : numbers) number /= 4;
  return MakeValue(c.type, shape, numbers);
}

// The case's inputs, and its outputs as the formulas have them.
class RecurrentReference {
 public:
  explicit RecurrentReference(const RecurrentCase& c) : c_(c) {
    const int64_t d = c.directions(), rows = c.gates() * c.hidden;
    x = RecurrentValue(c, {c.steps, c.batch, c.inputs}, 1);
    w = RecurrentValue(c, {d, rows, c.inputs}, 2);
    r = RecurrentValue(c, {d, rows, c.hidden}, 3);
    b = RecurrentValue(c, {d, 2 * rows}, 4);
    h = RecurrentValue(c, {d, c.batch, c.hidden}, 5);
    cell = RecurrentValue(c, {d, c.batch, c.hidden}, 6);
    p = RecurrentValue(c, {d, 3 * c.hidden}, 7);
    std::vector<double> lengths(c.lengths.begin(), c.lengths.end());
    if (c.with_lengths) sequence_lens = I32({c.batch}, lengths);
    Compute();
  }

  Value x, w, r, b, sequence_lens, h, cell, p;
  Value y, last_h, last_c;

 private:
  double Clip(double v) const { return c_.clip > 0 ? std::clamp(v, -c_.clip, c_.clip) : v; }
  double Sigmoid(double v) const { return 1 / (1 + std::exp(-Clip(v))); }
  double Tanh(double v) const { return std::tanh(Clip(v)); }

  // Row j of w times x at (t, row), with w's bias.
  double FromInput(int64_t d, int64_t t, int64_t row, int64_t j) const {
    const int64_t rows = c_.gates() * c_.hidden;
    double sum = c_.with_bias ? bs_[d * 2 * rows + j] : 0;
    for (int64_t k = 0; k < c_.inputs; ++k) {
      sum += xs_[(t * c_.batch + row) * c_.inputs + k] * ws_[(d * rows + j) * c_.inputs + k];
    }
    return sum;
  }
  // Row j of r times `state`, with r's bias.
  double FromState(int64_t d, int64_t j, const Doubles& state) const {
    const int64_t rows = c_.gates() * c_.hidden;
    double sum = c_.with_bias ? bs_[d * 2 * rows + rows + j] : 0;
    for (int64_t k = 0; k < c_.hidden; ++k) sum += state[k] * rs_[(d * rows + j) * c_.hidden + k];
    return sum;
  }

  void LstmStep(int64_t d, int64_t t, int64_t row, Doubles* state, Doubles* memory) const {
    const int64_t n = c_.hidden;
    const Doubles before = *state;
    const auto gate = [&](int64_t g, int64_t k) {
      return FromInput(d, t, row, g * n + k) + FromState(d, g * n + k, before);
    };
    const auto peep = [&](int64_t g, int64_t k, double of) {
      return c_.with_peephole ? ps_[d * 3 * n + g * n + k] * of : 0;
    };
    for (int64_t k = 0; k < n; ++k) {
      const double in = Sigmoid(gate(0, k) + peep(0, k, (*memory)[k]));
      const double forget = c_.input_forget ? 1 - in : Sigmoid(gate(2, k) + peep(2, k, (*memory)[k]));
      (*memory)[k] = forget * (*memory)[k] + in * Tanh(gate(3, k));
      (*state)[k] = Sigmoid(gate(1, k) + peep(1, k, (*memory)[k])) * std::tanh((*memory)[k]);
    }
  }

  void GruStep(int64_t d, int64_t t, int64_t row, Doubles* state) const {
    const int64_t n = c_.hidden;
    const Doubles before = *state;
    Doubles reset(n), product(n);
    for (int64_t k = 0; k < n; ++k) {
      reset[k] = Sigmoid(FromInput(d, t, row, n + k) + FromState(d, n + k, before));
      product[k] = reset[k] * before[k];
    }
    for (int64_t k = 0; k < n; ++k) {
      const double z = Sigmoid(FromInput(d, t, row, k) + FromState(d, k, before));
      const double recurrent =
          c_.linear_before_reset ? reset[k] * FromState(d, 2 * n + k, before) : FromState(d, 2 * n + k, product);
      (*state)[k] = (1 - z) * Tanh(FromInput(d, t, row, 2 * n + k) + recurrent) + z * before[k];
    }
  }

  void RnnStep(int64_t d, int64_t t, int64_t row, Doubles* state) const {
    const Doubles before = *state;
    for (int64_t k = 0; k < c_.hidden; ++k) (*state)[k] = Tanh(FromInput(d, t, row, k) + FromState(d, k, before));
  }

  void RunSequence(int64_t d, int64_t row, Doubles* ys, Doubles* hs, Doubles* cs) const {
    const int64_t n = c_.hidden, first = (d * c_.batch + row) * n;
    Doubles state(n), memory(n);
    for (int64_t k = 0; c_.with_state && k < n; ++k) state[k] = hs_[first + k], memory[k] = cs_[first + k];
    const bool reverse = d == 1 || c_.direction == format::Direction::Reverse;
    const int64_t length = c_.length(row);
    for (int64_t i = 0; i < length; ++i) {
      const int64_t t = reverse ? length - 1 - i : i;
      if (c_.op == OpCode::Lstm) LstmStep(d, t, row, &state, &memory);
      if (c_.op == OpCode::Gru) GruStep(d, t, row, &state);
      if (c_.op == OpCode::Rnn) RnnStep(d, t, row, &state);
      for (int64_t k = 0; k < n; ++k) (*ys)[((t * c_.directions() + d) * c_.batch + row) * n + k] = state[k];
    }
    for (int64_t k = 0; length > 0 && k < n; ++k) (*hs)[first + k] = state[k], (*cs)[first + k] = memory[k];
  }

  void Compute() {
    xs_ = Numbers(x), ws_ = Numbers(w), rs_ = Numbers(r), bs_ = Numbers(b);
    hs_ = Numbers(h), cs_ = Numbers(cell), ps_ = Numbers(p);
    const int64_t d = c_.directions();
    const Shape of_y = {c_.steps, d, c_.batch, c_.hidden}, of_last = {d, c_.batch, c_.hidden};
    Doubles ys(static_cast<size_t>(of_y.elements())), hs(static_cast<size_t>(of_last.elements())), cs = hs;
    for (int64_t direction = 0; direction < d; ++direction) {
      for (int64_t row = 0; row < c_.batch; ++row) RunSequence(direction, row, &ys, &hs, &cs);
    }
    y = MakeValue(c_.type, of_y, ys);
    last_h = MakeValue(c_.type, of_last, hs);
    last_c = MakeValue(c_.type, of_last, cs);
  }

  RecurrentCase c_;
  Doubles xs_, ws_, rs_, bs_, hs_, cs_, ps_;
};

// Adds an input, or leaves it out.
inline void AddOptional(OpTest* test, bool present, const Value& value) {
  if (present) {
    test->Constant(value);
  } else {
    test->NoInput();
  }
}

// The op of the case without w and r, which `add_weights` adds behind x.
inline OpTest RecurrentTest(const RecurrentCase& c, const RecurrentReference& e,
                            const std::function<void(OpTest*)>& add_weights) {
  OpTest test(c.op);
  test.Attrs<format::RecurrentT>([&c](auto& a) {
    a.hidden_size = static_cast<int>(c.hidden);
    a.direction = c.direction;
    a.clip = static_cast<float>(c.clip);
    a.linear_before_reset = c.linear_before_reset;
    a.input_forget = c.input_forget;
  });
  test.Input(e.x);
  add_weights(&test);
  AddOptional(&test, c.with_bias, e.b);
  AddOptional(&test, c.with_lengths, e.sequence_lens);
  AddOptional(&test, c.with_state, e.h);
  if (c.op == OpCode::Lstm) {
    AddOptional(&test, c.with_state, e.cell);
    AddOptional(&test, c.with_peephole, e.p);
  }
  test.Output(e.y).Output(e.last_h);
  if (c.op == OpCode::Lstm) test.Output(e.last_c);
  return test;
}

inline void CheckRecurrent(const RecurrentCase& c, double tolerance = 2e-5) {
  const RecurrentReference expected(c);
  RecurrentTest(c, expected, [&](OpTest* test) { test->Constant(expected.w).Constant(expected.r); })
      .Within(tolerance)
      .Check();
}

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_OPS_RECURRENT_REFERENCE_H_
