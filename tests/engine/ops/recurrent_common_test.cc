#include <gtest/gtest.h>

#include "tests/engine/ops/recurrent_reference.h"

namespace linnet::testing {
namespace {

// An Lstm with some of its parts replaced by wrong ones.
struct Parts {
  Value x = Random(ElementType::kFloat32, {3, 2, 4});
  Value w = Random(ElementType::kFloat32, {1, 8, 4});
  Value r = Random(ElementType::kFloat32, {1, 8, 2});
  Value b = Random(ElementType::kFloat32, {1, 16});
  Value lengths = I32({2}, {1, 2});
  Value h = Random(ElementType::kFloat32, {1, 2, 2});
  Value c = Random(ElementType::kFloat32, {1, 2, 2});
  Value p = Random(ElementType::kFloat32, {1, 6});
  format::RecurrentT attrs;

  Parts() { attrs.hidden_size = 2; }
  void ExpectInvalid(const char* part) const {
    OpTest test(OpCode::Lstm);
    test.Attrs<format::RecurrentT>([this](auto& a) { a = attrs; });
    test.Input(x).Constant(w).Constant(r).Constant(b).Constant(lengths).Constant(h).Constant(c).Constant(p);
    test.Output(F32({3, 1, 2, 2}, Doubles(12))).ExpectError(StatusCode::kInvalidModel, part);
  }
};

TEST(RecurrentCommon, WrongShapes) {
  const auto with = [](Value Parts::*part, const Shape& shape, const char* text) {
    SCOPED_TRACE(text);
    Parts parts;
    parts.*part = Random((parts.*part).type, shape);
    parts.ExpectInvalid(text);
  };
  with(&Parts::x, {3, 2}, "expected [steps, batch, inputs]");
  with(&Parts::w, {1, 6, 4}, "expected [1, 8, 4]");
  with(&Parts::w, {2, 8, 4}, "expected [1, 8, 4]");
  with(&Parts::r, {1, 8, 4}, "expected [1, 8, 2]");
  with(&Parts::b, {1, 8}, "2 * gates * hidden");
  with(&Parts::lengths, {3}, "expected [batch]");
  with(&Parts::h, {1, 3, 2}, "expected [directions, batch, hidden]");
  with(&Parts::c, {2, 2}, "expected [directions, batch, hidden]");
  with(&Parts::p, {1, 8}, "expected [directions, 3 * hidden]");
}

TEST(RecurrentCommon, WrongTypes) {
  Parts parts;
  parts.lengths = I64({2}, {1, 2});
  parts.ExpectInvalid("expected int32");
  Parts mixed;
  mixed.r = Random(ElementType::kFloat16, {1, 8, 2});
  mixed.ExpectInvalid("expected float32");
}

TEST(RecurrentCommon, WrongAttributes) {
  Parts parts;
  parts.attrs.hidden_size = 0;
  parts.ExpectInvalid("hidden_size is 0");
  parts.attrs.hidden_size = 2;
  parts.attrs.clip = -1;
  parts.ExpectInvalid("clip is -1");
  parts.attrs.clip = 0;
  parts.attrs.activations = {format::RecurrentActivation::Tanh};
  parts.ExpectInvalid("1 activations, expected 3");
  parts.attrs.activations.assign(3, format::RecurrentActivation::Tanh);
  parts.attrs.alpha = {1};
  parts.ExpectInvalid("1 parameters for 3 activations");
}

TEST(RecurrentCommon, EveryOutputMayBeLeftOut) {
  RecurrentCase c;
  const RecurrentReference e(c);
  for (int kept = 0; kept < 3; ++kept) {
    OpTest test(OpCode::Lstm);
    test.Attrs<format::RecurrentT>([](auto& a) { a.hidden_size = 4; });
    test.Input(e.x).Constant(e.w).Constant(e.r).Constant(e.b).NoInput().Constant(e.h).Constant(e.cell);
    const Value* outputs[] = {&e.y, &e.last_h, &e.last_c};
    for (int i = 0; i <= kept; ++i) {
      if (i == kept) {
        test.Output(*outputs[i]);
      } else {
        test.NoOutput();
      }
    }
    test.Within(2e-5).Check();
  }
}

}  // namespace
}  // namespace linnet::testing
