#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

ValueId Transpose(PassTest& t, ValueId x, std::vector<int32_t> perm) {
  format::TransposeT attributes;
  attributes.perm = std::move(perm);
  return t.Op(OpCode::Transpose, {x}, std::move(attributes));
}

ValueId Reshape(PassTest& t, ValueId x, const std::vector<int64_t>& target) {
  return t.Op(OpCode::Reshape, {x, t.Ints(target)}, format::ReshapeT());
}

ValueId Squeeze(PassTest& t, OpCode op, ValueId x, std::vector<int32_t> axes) {
  format::AxesT attributes;
  attributes.axes = std::move(axes);
  return t.Op(op, {x}, std::move(attributes));
}

template <typename Attrs>
ValueId OnAxis(PassTest& t, OpCode op, ValueId x, int axis) {
  Attrs attributes;
  attributes.axis = axis;
  return t.Op(op, {x}, std::move(attributes));
}

ValueId Slice(PassTest& t, ValueId x, int64_t start, int64_t end, int64_t step) {
  return t.Op(OpCode::Slice, {x, t.Ints({start}), t.Ints({end}), t.Ints({1}), t.Ints({step})});
}

TEST(RemoveIdentitiesTest, RemovesNodesThatGiveBackTheirInput) {
  using Maker = ValueId (*)(PassTest&, ValueId);
  const Maker makers[] = {
      [](PassTest& t, ValueId x) { return t.Op(OpCode::Identity, {x}); },
      [](PassTest& t, ValueId x) { return Reshape(t, x, {2, 12}); },
      [](PassTest& t, ValueId x) { return Reshape(t, x, {-1, 12}); },
      [](PassTest& t, ValueId x) { return OnAxis<format::AxisT>(t, OpCode::Flatten, x, 1); },
      [](PassTest& t, ValueId x) { return Transpose(t, x, {0, 1}); },
      [](PassTest& t, ValueId x) { return Slice(t, x, 0, 1000, 1); },
      [](PassTest& t, ValueId x) { return OnAxis<format::AxisT>(t, OpCode::Concat, x, 0); },
      [](PassTest& t, ValueId x) { return t.Op(OpCode::Expand, {x, t.Ints({1, 12})}); },
      [](PassTest& t, ValueId x) { return t.Op(OpCode::Tile, {x, t.Ints({1, 1})}); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Add, x, t.Scalar(0)); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Mul, t.Floats({2}, {1, 1}), Reshape(t, x, {12, 2})); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Sub, x, t.Floats({1, 1}, {0})); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Div, x, t.Scalar(1)); },
  };
  int i = 0;
  for (const Maker& make : makers) {
    SCOPED_TRACE(i++);
    PassTest t;
    const ValueId y = make(t, t.Op(OpCode::Neg, {t.Input({2, 12})}));
    t.Output(t.Op(OpCode::Abs, {y}));
    const bool reshaped = t.graph().nodes().size() == 4;
    t.ExpectRewrite(RemoveIdentities, 1, 0);
    if (!reshaped) {
      EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Neg, OpCode::Abs));
    }
  }
}

TEST(RemoveIdentitiesTest, RemovesPadSplitAndCast) {
  PassTest t;
  ValueId y = t.Op(OpCode::Neg, {t.Input({2, 12})});
  format::PadT pad;
  pad.pads = {0, 0, 0, 0};
  y = t.Op(OpCode::Pad, {y}, std::move(pad));
  format::SplitT split;
  split.num_outputs = 1;
  y = t.Op(OpCode::Split, {y}, std::move(split));
  format::CastT cast;
  cast.to = format::ElementType::Float32;
  y = t.Op(OpCode::Cast, {y}, std::move(cast));
  t.Output(t.Op(OpCode::Abs, {y}));
  t.ExpectRewrite(RemoveIdentities, 3, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Neg, OpCode::Abs));
}

TEST(RemoveIdentitiesTest, GraphOutputsKeepTheirNames) {
  PassTest t;
  const ValueId a = t.Op(OpCode::Neg, {t.Input({2, 12})});
  t.Output(t.Op(OpCode::Identity, {a}));
  t.Output(t.Op(OpCode::Abs, {a}));
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Neg, OpCode::Abs));
}

TEST(RemoveIdentitiesTest, LeavesAnIdentityBetweenInputAndOutput) {
  PassTest t;
  t.Output(t.Op(OpCode::Identity, {t.Input({2, 12})}));
  t.ExpectNoRewrite(RemoveIdentities);

  PassTest two;
  const ValueId a = two.Op(OpCode::Neg, {two.Input({2, 12})});
  two.Output(a);
  two.Output(two.Op(OpCode::Identity, {a}));
  two.ExpectNoRewrite(RemoveIdentities);
}

TEST(RemoveIdentitiesTest, NextStatesKeepTheirValue) {
  PassTest t;
  const ValueId x = t.Input({2, 12});
  const ValueId next = t.Op(OpCode::Identity, {t.Op(OpCode::Neg, {x})});
  t.Output(t.Op(OpCode::Abs, {next}));
  t.graph().states.push_back({next, x});
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  EXPECT_EQ(t.Only(OpCode::Neg).outputs[0], t.graph().states[0].output);
}

TEST(RemoveIdentitiesTest, MergesTransposes) {
  PassTest t;
  t.Output(Transpose(t, Transpose(t, t.Input({2, 3, 4}), {0, 2, 1}), {1, 0, 2}));
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  EXPECT_THAT(t.Only(OpCode::Transpose).As<format::TransposeT>().perm, ElementsAre(2, 0, 1));
}

TEST(RemoveIdentitiesTest, TransposesThatCancelVanish) {
  PassTest t;
  const ValueId y = Transpose(t, Transpose(t, t.Input({2, 3, 4}), {1, 2, 0}), {2, 0, 1});
  t.Output(t.Op(OpCode::Abs, {y}));
  t.ExpectRewrite(RemoveIdentities, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Abs));
}

TEST(RemoveIdentitiesTest, ATransposeThatOthersReadStays) {
  PassTest t;
  const ValueId a = Transpose(t, t.Input({2, 3, 4}), {0, 2, 1});
  t.Output(a);
  t.Output(Transpose(t, a, {1, 0, 2}));
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Transpose, OpCode::Transpose));
}

TEST(RemoveIdentitiesTest, MergesReshapes) {
  PassTest t;
  const ValueId y = OnAxis<format::AxisT>(t, OpCode::Flatten, Reshape(t, t.Input({2, 3, 4}), {6, 2, 2}), 1);
  t.Output(t.Op(OpCode::Abs, {y}));
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Reshape, OpCode::Abs));
}

TEST(RemoveIdentitiesTest, SqueezeAndUnsqueezeCancel) {
  PassTest t;
  const ValueId y = Squeeze(t, OpCode::Squeeze, t.Input({2, 1, 4}), {1});
  t.Output(t.Op(OpCode::Abs, {Squeeze(t, OpCode::Unsqueeze, y, {1})}));
  t.ExpectRewrite(RemoveIdentities, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Abs));
}

TEST(RemoveIdentitiesTest, AReshapeMayHaveOneChangingDimension) {
  PassTest t;
  const ValueId x = t.Input({1, 3, 4}, {"batch", "", ""});
  const ValueId y = OnAxis<format::AxisT>(t, OpCode::Flatten, Squeeze(t, OpCode::Unsqueeze, x, {1}), 1);
  t.Output(t.Op(OpCode::Abs, {y}));
  t.ExpectRewrite(RemoveIdentities, 1, 0);
  const Node& reshape = t.Only(OpCode::Reshape);
  EXPECT_EQ(t.graph().value(reshape.outputs[0]).symbolic_shape, Shape({-1, 12}));
}

// [1, 8] at the default size of the symbol, but in general another shape.
TEST(RemoveIdentitiesTest, LeavesWhatIsNoIdentityAtOtherSizes) {
  PassTest t;
  const ValueId x = t.Input({1, 8}, {"n", ""});
  t.Output(t.Op(OpCode::Abs, {Reshape(t, x, {1, -1})}));
  t.ExpectNoRewrite(RemoveIdentities);
}

TEST(RemoveIdentitiesTest, LeavesChangesThatKeepTheShape) {
  using Maker = ValueId (*)(PassTest&, ValueId);
  const Maker makers[] = {
      [](PassTest& t, ValueId x) { return Slice(t, x, 11, -1000, -1); },
      [](PassTest& t, ValueId x) {
        format::PadT pad;
        pad.pads = {0, -1, 0, 1};
        return t.Op(OpCode::Pad, {x}, std::move(pad));
      },
      [](PassTest& t, ValueId x) { return Transpose(t, x, {1, 0}); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Sub, t.Scalar(0), x); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Div, t.Scalar(1), x); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Mul, x, t.Scalar(1.5f)); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Add, x, t.Floats({1, 1, 1}, {0})); },
  };
  int i = 0;
  for (const Maker& make : makers) {
    SCOPED_TRACE(i++);
    PassTest t;
    t.Output(t.Op(OpCode::Abs, {make(t, t.Input({12, 12}))}));
    t.ExpectNoRewrite(RemoveIdentities);
  }
}

}  // namespace
}  // namespace linnet::converter
