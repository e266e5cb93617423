#include "converter/evaluate.h"

#include <cstring>

#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(EvaluateTest, InfersShapesAndMarksWhatChangesWithSymbols) {
  PassTest t;
  const ValueId x = t.Input({2, 3}, {"batch", ""});
  const ValueId y = t.Op(OpCode::Relu, {x});
  const ValueId z = t.Op(OpCode::Neg, {t.Random({5})});
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_EQ(t.graph().value(y).shape, Shape({2, 3}));
  EXPECT_TRUE(t.graph().value(y).dynamic_shape);
  EXPECT_EQ(t.graph().value(y).symbolic_shape, Shape({-1, 3}));
  EXPECT_FALSE(t.graph().value(z).dynamic_shape);
  EXPECT_TRUE(t.graph().value(z).known);
}

// At a size of 1, five halvings change nothing; at twice the size neither.
TEST(EvaluateTest, StridesDoNotHideASymbol) {
  PassTest t;
  ValueId x = t.Input({1, 1, 1, 2}, {"", "h", "w", ""});
  for (int i = 0; i < 5; ++i) {
    format::PoolT pool;
    pool.kernel = pool.strides = {2, 2};
    pool.auto_pad = format::AutoPad::SameUpper;
    x = t.Op(OpCode::MaxPool, {x}, pool);
  }
  t.Output(x);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_EQ(t.graph().value(x).shape, Shape({1, 1, 1, 2}));
  EXPECT_EQ(t.graph().value(x).symbolic_shape, Shape({1, -1, -1, 2}));
}

// A model may take one size only of some dimension; all others are still told apart, channels above all.
TEST(EvaluateTest, ANodeThatTakesOneSizeDoesNotHideTheOthers) {
  PassTest t;
  const ValueId x = t.Input({2, 1, 4, 8}, {"batch", "h", "w", ""});
  format::AxesT axes;
  axes.axes = {1};
  const ValueId squeezed = t.Op(OpCode::Squeeze, {x}, axes);
  const ValueId y = t.Op(OpCode::Relu, {squeezed});
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_EQ(t.graph().value(x).symbolic_shape, Shape({-1, -1, -1, 8}));
  EXPECT_EQ(t.graph().value(squeezed).symbolic_shape, Shape({-1, -1, 8}));
  EXPECT_EQ(t.graph().value(y).symbolic_shape, Shape({-1, -1, 8}));
}

// Two sizes that only agree where h is 1: neither may be taken for fixed, and channels are known again behind weights.
TEST(EvaluateTest, SizesThatHangTogetherChange) {
  PassTest t;
  const ValueId x = t.Input({1, 1, 8, 3}, {"", "h", "w", ""});
  const ValueId pixels = t.Op(OpCode::Reshape, {x, t.Ints({1, -1, 3})}, format::ReshapeT());
  const ValueId shape = t.Op(OpCode::Shape, {x}, format::ShapeOfT());
  const ValueId width = t.Op(OpCode::Gather, {shape, t.Ints({2})}, format::AxisT());
  const ValueId target = t.Op(OpCode::Concat, {t.Ints({1}), width, t.Ints({3})}, format::AxisT());
  const ValueId row = t.Op(OpCode::Reshape, {pixels, target}, format::ReshapeT());
  const ValueId y = t.MatMul(row, 3, 5);
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_EQ(t.graph().value(row).shape, Shape({1, 8, 3}));
  EXPECT_EQ(t.graph().value(row).symbolic_shape[1], -1);
  EXPECT_EQ(t.graph().value(y).symbolic_shape[1], -1);
  EXPECT_EQ(t.graph().value(y).symbolic_shape[2], 5);
}

TEST(EvaluateTest, KnownValuesThatHangOnSymbolsAreMarked) {
  PassTest t;
  const ValueId x = t.Input({2, 3}, {"batch", ""});
  const ValueId shape = t.Op(OpCode::Shape, {x}, format::ShapeOfT());
  const ValueId doubled = t.Binary(OpCode::Mul, shape, t.Ints({2, 2}));
  t.Output(doubled);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_TRUE(t.graph().value(doubled).known);
  EXPECT_TRUE(t.graph().value(doubled).depends_on_shape);
}

// The number of channels is the same at all sizes; the quotient of two symbols only looks so where both have the same default.
TEST(EvaluateTest, KnownValuesThatOnlyPassThroughAShapeAreNotMarked) {
  PassTest t;
  const ValueId x = t.Input({4, 4, 3}, {"h", "w", ""});
  const ValueId shape = t.Op(OpCode::Shape, {x}, format::ShapeOfT());
  const ValueId channels = t.Op(OpCode::Gather, {shape, t.Ints({2})}, format::AxisT());
  const ValueId h = t.Op(OpCode::Gather, {shape, t.Ints({0})}, format::AxisT());
  const ValueId w = t.Op(OpCode::Gather, {shape, t.Ints({1})}, format::AxisT());
  const ValueId quotient = t.Binary(OpCode::Div, h, w);
  for (ValueId id : {channels, quotient}) t.Output(id);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_FALSE(t.graph().value(channels).depends_on_shape);
  EXPECT_TRUE(t.graph().value(quotient).known);
  EXPECT_TRUE(t.graph().value(quotient).depends_on_shape);
}

TEST(EvaluateTest, InfersTheTailFromWhatIsKnownOfTheHead) {
  PassTest t;
  const ValueId x = t.Input({2, 3, 4});
  const ValueId shape = t.Op(OpCode::Shape, {x}, format::ShapeOfT());
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const size_t first = t.graph().nodes().size();
  const ValueId y = t.Op(OpCode::Reshape, {t.Input({24}), shape}, format::ReshapeT());
  ASSERT_TRUE(InferShapes(&t.graph(), first).ok());
  EXPECT_EQ(t.graph().value(y).shape, Shape({2, 3, 4}));
}

TEST(EvaluateTest, TellsNothingOfWhatHangsOnAnUnknownShape) {
  PassTest t;
  const ValueId open = t.Input({}), x = t.Input({2});
  t.graph().value(open).has_shape = false;  // no scalar
  const ValueId shape = t.Op(OpCode::Shape, {open}, format::ShapeOfT()), y = t.Op(OpCode::Neg, {x});
  t.Output(shape);
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_FALSE(t.graph().value(shape).has_shape);
  EXPECT_FALSE(t.graph().value(shape).known);
  EXPECT_EQ(t.graph().value(y).shape, Shape({2}));
}

TEST(EvaluateTest, ErrorNamesTheNode) {
  PassTest t;
  t.Output(t.Binary(OpCode::Add, t.Input({2, 3}), t.Input({4})));
  const Status status = InferShapes(&t.graph());
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("'Add'"));
}

TEST(EvaluateTest, ComputesWantedValuesAtOtherSizes) {
  PassTest t;
  const ValueId x = t.Input({1, 2}, {"n", ""});
  const ValueId y = t.Op(OpCode::Neg, {x});
  t.Output(y);
  const float values[] = {1, -2, 3, 4};
  HostTensor input = {"x", ElementType::kFloat32, {2, 2}, {}};
  input.bytes.assign(reinterpret_cast<const uint8_t*>(values), reinterpret_cast<const uint8_t*>(values + 4));
  Result<std::vector<HostTensor>> result = Evaluate(t.graph(), {input}, {y});
  ASSERT_TRUE(result.ok()) << result.message();
  float found[4];
  std::memcpy(found, (*result)[0].bytes.data(), sizeof(found));
  EXPECT_THAT(found, ElementsAre(-1, 2, -3, -4));
}

TEST(EvaluateTest, RefusesAWrongNumberOfInputs) {
  PassTest t;
  t.Output(t.Op(OpCode::Neg, {t.Input({1})}));
  EXPECT_FALSE(Evaluate(t.graph(), {}, t.graph().outputs).ok());
}

}  // namespace
}  // namespace linnet::converter
