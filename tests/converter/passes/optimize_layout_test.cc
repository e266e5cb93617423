#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

ValueId Transpose(PassTest* t, ValueId x, std::vector<int> perm) {
  format::TransposeT attributes;
  attributes.perm = std::move(perm);
  return t->Op(OpCode::Transpose, {x}, std::move(attributes));
}
ValueId Last(PassTest* t, ValueId x) { return Transpose(t, x, {0, 2, 3, 1}); }
ValueId First(PassTest* t, ValueId x) { return Transpose(t, x, {0, 3, 1, 2}); }

ValueId Reshape(PassTest* t, ValueId x, const std::vector<int64_t>& shape) {
  return t->Op(OpCode::Reshape, {x, t->Ints(shape)}, format::ReshapeT());
}

ValueId Axis(PassTest* t, OpCode op, std::vector<ValueId> inputs, int axis) {
  format::AxisT attributes;
  attributes.axis = axis;
  return t->Op(op, std::move(inputs), attributes);
}

// A convolution as the importer writes it: [n, c, h, w] in and out.
ValueId Conv(PassTest* t, ValueId x, int64_t channels, int64_t n) {
  return First(t, t->Conv2D(Last(t, x), channels, n, 3, /*bias=*/true, /*pad=*/1));
}

int Count(const PassTest& t, OpCode op) {
  const std::vector<OpCode> ops = t.Ops();
  return static_cast<int>(std::count(ops.begin(), ops.end(), op));
}

// Runs the pass, whatever the number of its rewrites, and checks the numbers.
void Optimize(PassTest* t) {
  InferShapes(&t->graph()).ok();
  t->ExpectRewrite(OptimizeLayout, -1);
}

TEST(OptimizeLayoutTest, ChainOfConvolutionsKeepsOneTransposeAtEachEnd) {
  PassTest t;
  ValueId x = t.Input({1, 4, 6, 5});
  x = t.Op(OpCode::Relu, {Conv(&t, x, 4, 8)});
  t.Output(Conv(&t, x, 8, 8));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, ResidualAddsSwitch) {
  PassTest t;
  const ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  const ValueId y = t.Binary(OpCode::Add, Conv(&t, x, 8, 8), x);
  t.Output(Conv(&t, t.Op(OpCode::Relu, {y}), 8, 4));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, ConcatSplitSoftmaxAndReduceMoveTheirAxes) {
  PassTest t;
  const ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  const ValueId both = Axis(&t, OpCode::Concat, {x, Conv(&t, x, 8, 8)}, 1);
  const ValueId soft = Axis(&t, OpCode::Softmax, {both}, -3);
  format::ReduceT reduce;
  reduce.axes = {2, 3};
  const ValueId mean = t.Op(OpCode::ReduceMean, {soft}, reduce);
  t.Output(Conv(&t, t.Binary(OpCode::Mul, soft, mean), 16, 4));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, BroadcastOperandsOfLowerRankAndConstantsFollow) {
  PassTest t;
  ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  x = t.Binary(OpCode::Mul, x, t.Random({8, 1, 1}));
  x = t.Binary(OpCode::Add, x, t.Random({1, 8, 1, 1}));
  x = t.Binary(OpCode::Sub, x, t.Random({5}));
  t.Output(Conv(&t, x, 8, 4));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, PadAndSliceMoveTheirAxes) {
  PassTest t;
  ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  format::PadT pad;
  pad.pads = {0, 1, 2, 0, 0, 0, 0, 3};
  x = t.Op(OpCode::Pad, {x}, std::move(pad));
  x = t.Op(OpCode::Slice, {x, t.Ints({1, 2}), t.Ints({9, 7}), t.Ints({1, 3})});
  t.Output(Conv(&t, x, 8, 4));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, ReductionThatDropsTheImageEndsTheRegion) {
  PassTest t;
  format::ReduceT reduce;
  reduce.axes = {2, 3};
  reduce.keepdims = false;
  t.Output(t.Op(OpCode::ReduceMean, {Conv(&t, t.Input({1, 4, 6, 5}), 4, 8)}, reduce));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 1);
}

TEST(OptimizeLayoutTest, ChannelShuffleNeedsNoTransposeOfTheImage) {
  PassTest t;
  ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  x = Reshape(&t, x, {1, 2, 4, 6, 5});
  x = Transpose(&t, x, {0, 2, 1, 3, 4});
  x = Reshape(&t, x, {1, 8, 6, 5});
  t.Output(Conv(&t, x, 8, 4));
  Optimize(&t);
  // The two ends, and the shuffle itself over the channels.
  EXPECT_EQ(Count(t, OpCode::Transpose), 3);
}

TEST(OptimizeLayoutTest, PatchesBecomeTokensByReshapeAlone) {
  PassTest t;
  const ValueId x = t.Conv2D(t.Input({1, 8, 8, 3}), 3, 16, 2);
  t.Output(Transpose(&t, Reshape(&t, First(&t, x), {1, 16, 49}), {0, 2, 1}));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 0);
}

TEST(OptimizeLayoutTest, SymbolicBatchStaysSymbolic) {
  PassTest t;
  const ValueId x = t.Conv2D(t.Input({2, 8, 8, 3}, {"batch", "", "", ""}), 3, 16, 2);
  t.Output(Transpose(&t, Reshape(&t, First(&t, x), {0, 16, 49}), {0, 2, 1}));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 0);
}

// What a text recogniser does behind its last convolution, for lines of any length.
TEST(OptimizeLayoutTest, SymbolicWidthStaysSymbolic) {
  PassTest t;
  const ValueId x = t.Conv2D(t.Input({2, 1, 9, 3}, {"batch", "", "width", ""}), 3, 16, 1);
  format::AxesT axes;
  axes.axes = {2};
  t.Output(Transpose(&t, t.Op(OpCode::Squeeze, {t.Op(OpCode::Silu, {First(&t, x)})}, axes), {0, 2, 1}));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 0);
}

TEST(OptimizeLayoutTest, FunctionsMeetTheOpBeforeTheTranspose) {
  PassTest t;
  const ValueId x = t.Conv2D(t.Input({2, 5, 9, 3}), 3, 16, 1);
  t.Output(t.Op(OpCode::Silu, {t.Clip(First(&t, x), 0, 3)}));
  Optimize(&t);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D, OpCode::Clip, OpCode::Silu, OpCode::Transpose));
}

TEST(OptimizeLayoutTest, ShapeOfASwitchedValueReadsTheOldOrder) {
  PassTest t;
  const ValueId x = t.Op(OpCode::Relu, {Conv(&t, t.Input({1, 4, 6, 5}, {"", "", "h", "w"}), 4, 8)});
  t.Output(t.Op(OpCode::Shape, {x}, format::ShapeOfT()));
  t.Output(Conv(&t, x, 8, 4));
  Optimize(&t);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

TEST(OptimizeLayoutTest, OneTransposeIsNotTradedForTwo) {
  PassTest t;
  // Only one of the three operands comes from a convolution: switching would transpose the two others.
  const ValueId x = Conv(&t, t.Input({1, 4, 6, 5}), 4, 8);
  const ValueId sum = t.Binary(OpCode::Add, t.Binary(OpCode::Add, x, t.Input({1, 8, 6, 5})), t.Input({1, 8, 6, 5}));
  t.Output(sum);
  t.ExpectNoRewrite(OptimizeLayout);
  EXPECT_EQ(Count(t, OpCode::Transpose), 2);
}

}  // namespace
}  // namespace linnet::converter
