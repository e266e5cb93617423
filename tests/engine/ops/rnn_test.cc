#include <gtest/gtest.h>

#include "tests/engine/ops/recurrent_reference.h"

namespace linnet::testing {
namespace {

TEST(Rnn, Steps) {
  RecurrentCase c;
  c.op = OpCode::Rnn;
  CheckRecurrent(c);
  c.clip = 0.25;
  CheckRecurrent(c);
}

TEST(Rnn, FunctionOfEachDirection) {
  OpTest test(OpCode::Rnn);
  test.Attrs<format::RecurrentT>([](auto& a) {
    a.hidden_size = 1;
    a.direction = format::Direction::Bidirectional;
    a.activations = {format::RecurrentActivation::Relu, format::RecurrentActivation::Affine};
    a.alpha = {0, 2};
    a.beta = {0, 1};
  });
  const Value ones = F32({2, 1, 1}, {1, 1});
  // Forward: 0, then relu(3 + 0); back: 2 * 3 + 1 = 7, then 2 (-1 + 7) + 1 = 13.
  test.Input(F32({2, 1, 1}, {-1, 3})).Constant(ones).Constant(ones);
  test.Output(F32({2, 2, 1, 1}, {0, 13, 3, 7})).Output(F32({2, 1, 1}, {3, 13})).Within(1e-6).Check();
}

}  // namespace
}  // namespace linnet::testing
