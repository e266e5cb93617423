#include <gtest/gtest.h>

#include "tests/engine/ops/recurrent_reference.h"

namespace linnet::testing {
namespace {

TEST(Lstm, GatesPeepholesAndCoupledForget) {
  for (bool peephole : {false, true}) {
    for (bool input_forget : {false, true}) {
      RecurrentCase c;
      c.with_peephole = peephole;
      c.input_forget = input_forget;
      CheckRecurrent(c);
    }
  }
}

TEST(Lstm, ClipsGatesButNotTheCell) {
  RecurrentCase c;
  c.clip = 0.25;
  c.steps = 6;
  CheckRecurrent(c);
}

TEST(Lstm, WithoutBiasAndState) {
  RecurrentCase c;
  c.with_bias = c.with_state = false;
  CheckRecurrent(c);
}

TEST(Lstm, ManyUnitsOfOneSequence) {
  RecurrentCase c;
  c.batch = 1;
  c.hidden = 70;
  c.inputs = 33;
  c.steps = 5;
  CheckRecurrent(c, 1e-4);
}

TEST(Lstm, FunctionsOfTheAttributes) {
  // One unit, w = 1, r = 0: i = o = 0.5 x clamped to [0, 1] = forget, candidate = x, c' = f 1 + i x, h = o relu(c').
  const Value w = F32({1, 4, 1}, {1, 1, 1, 1}), r = F32({1, 4, 1}, {0, 0, 0, 0});
  OpTest test(OpCode::Lstm);
  test.Attrs<format::RecurrentT>([](auto& a) {
    a.hidden_size = 1;
    a.activations = {format::RecurrentActivation::HardSigmoid, format::RecurrentActivation::Affine,
                     format::RecurrentActivation::Relu};
    a.alpha = {0.5f, 1, 0};
    a.beta = {0, 0, 0};
  });
  test.Input(F32({1, 1, 1}, {1})).Constant(w).Constant(r).NoInput().NoInput();
  test.NoInput().Constant(F32({1, 1, 1}, {1})).NoOutput().Output(F32({1, 1, 1}, {0.5})).Output(F32({1, 1, 1}, {1}));
  test.Within(1e-6).Check();
}

}  // namespace
}  // namespace linnet::testing
