#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest LinearAttention(int q_heads, int kv_heads, const Value& q, const Value& k, const Value& v, float scale = 1) {
  OpTest test(OpCode::LinearAttention);
  test.Attrs<format::LinearAttentionT>([&](auto& a) {
    a.q_heads = q_heads;
    a.kv_heads = kv_heads;
    a.scale = scale;
  });
  return test.Input(q).Input(k).Input(v);
}

// Two steps of one head, dk 2, dv 1.
const Value kQ = F32({1, 2, 2}, {1, 2, 3, 4}), kK = F32({1, 2, 2}, {1, 0, 1, 1}), kV = F32({1, 2, 1}, {5, 7});

TEST(LinearAttention, AddsUp) {
  // S = [5, 0], then [12, 7].
  LinearAttention(1, 1, kQ, kK, kV).Output(F32({1, 2, 1}, {5, 64})).Output(F32({1, 1, 2, 1}, {12, 7})).Check();
  LinearAttention(1, 1, kQ, kK, kV, 0)
      .Output(F32({1, 2, 1}, {5 / std::sqrt(2), 64 / std::sqrt(2)}))
      .Within(1e-5)
      .Check();
  LinearAttention(1, 1, kQ, kK, kV)
      .Input(F32({1, 1, 2, 1}, {1, 1}))
      .Output(F32({1, 2, 1}, {8, 71}))
      .Output(F32({1, 1, 2, 1}, {13, 8}))
      .Check();
}

TEST(LinearAttention, DecayAndDeltaRule) {
  const double half = std::log(0.5);
  LinearAttention(1, 1, kQ, kK, kV)
      .NoInput()
      .Input(F32({1, 2, 1}, {0, half}))
      .Output(F32({1, 2, 1}, {5, 56.5}))
      .Within(1e-4)
      .Check();
  // The second step finds 5 for its key, and adds 7 - 5.
  LinearAttention(1, 1, kQ, kK, kV)
      .NoInput()
      .NoInput()
      .Input(F32({1, 2, 1}, {1, 1}))
      .Output(F32({1, 2, 1}, {5, 29}))
      .Output(F32({1, 1, 2, 1}, {7, 2}))
      .Check();
}

TEST(LinearAttention, QueryHeadsShareKeyHeads) {
  LinearAttention(2, 1, F32({1, 1, 4}, {1, 2, 3, 4}), F32({1, 1, 2}, {1, 1}), F32({1, 1, 2}, {5, 6}))
      .Output(F32({1, 1, 4}, {15, 18, 35, 42}))
      .Check();
  LinearAttention(1, 1, F32({1, 0, 2}, {}), F32({1, 0, 2}, {}), F32({1, 0, 1}, {}))
      .Output(F32({1, 0, 1}, {}))
      .Output(F32({1, 1, 2, 1}, {0, 0}))
      .Check();
}

TEST(LinearAttention, Wrong) {
  LinearAttention(2, 0, kQ, kK, kV).Output(kV).ExpectError(StatusCode::kInvalidModel, "0 heads");
  LinearAttention(1, 1, kQ, F32({1, 1, 2}, {1, 1}), kV).Output(kV).ExpectError(StatusCode::kInvalidModel, "k float32");
  LinearAttention(1, 1, kQ, kK, kV).Input(F32({1}, {1})).Output(kV).ExpectError(StatusCode::kInvalidModel, "the state");
  LinearAttention(1, 1, kQ, kK, kV)
      .NoInput()
      .Input(F32({1, 2, 3}, {1, 1, 1, 1, 1, 1}))
      .Output(kV)
      .ExpectError(StatusCode::kInvalidModel, "decay");
}

}  // namespace
}  // namespace linnet::testing
