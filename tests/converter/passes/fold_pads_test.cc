#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

using format::AutoPad;

// Top 1, left 2, bottom 3, right 0.
ValueId Pad(PassTest* t, ValueId x, std::vector<int32_t> pads = {0, 1, 2, 0, 0, 3, 0, 0}) {
  format::PadT attributes;
  attributes.pads = std::move(pads);
  return t->Op(OpCode::Pad, {x}, std::move(attributes));
}

ValueId Pool(PassTest* t, OpCode op, ValueId x, int32_t kernel, std::vector<int32_t> pads = {}) {
  format::PoolT attributes;
  attributes.kernel = {kernel, kernel};
  attributes.pads = std::move(pads);
  return t->Op(op, {x}, std::move(attributes));
}

TEST(FoldPadsTest, AddsToTheConvolutionsPadding) {
  PassTest t;
  t.Output(t.Conv2D(Pad(&t, t.Input({1, 5, 5, 4})), 4, 8, 3, true, 1));
  t.ExpectRewrite(FoldPads, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D));
  const auto& conv = t.Only(OpCode::Conv2D).As<format::Conv2DT>();
  EXPECT_THAT((std::vector<int>{conv.pad_top, conv.pad_left, conv.pad_bottom, conv.pad_right}), ElementsAre(2, 3, 4, 1));
}

TEST(FoldPadsTest, TakesPadsFromAnInputAndValidConvolutions) {
  PassTest t;
  const ValueId pads = t.Ints({0, 0, 1, 0, 0, 0, 1, 0});
  const ValueId padded = t.Op(OpCode::Pad, {t.Input({1, 5, 5, 4}), pads, t.Scalar(0)}, format::PadT());
  t.Output(t.DepthwiseConv2D(padded, 4, 3));
  t.Only(OpCode::DepthwiseConv2D).As<format::DepthwiseConv2DT>().auto_pad = AutoPad::Valid;
  t.ExpectRewrite(FoldPads, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::DepthwiseConv2D));
}

TEST(FoldPadsTest, AveragePoolCountsThePadding) {
  PassTest t;
  t.Output(Pool(&t, OpCode::AveragePool, Pad(&t, t.Input({1, 6, 6, 4})), 4));
  t.ExpectRewrite(FoldPads, 1);
  EXPECT_TRUE(t.Only(OpCode::AveragePool).As<format::PoolT>().count_include_pad);
}

TEST(FoldPadsTest, AveragePoolThatDoesNotCountItsOwnPaddingStays) {
  PassTest t;
  t.Output(Pool(&t, OpCode::AveragePool, Pad(&t, t.Input({1, 6, 6, 4}), {0, 1, 1, 0, 0, 1, 1, 0}), 4, {1, 1, 1, 1}));
  t.ExpectNoRewrite(FoldPads);
}

TEST(FoldPadsTest, MaxPoolAfterRelu) {
  PassTest t;
  const ValueId x = t.Op(OpCode::Relu, {t.Input({1, 6, 6, 4})});
  t.Output(Pool(&t, OpCode::MaxPool, Pad(&t, x, {0, 1, 1, 0, 0, 1, 1, 0}), 3));
  t.ExpectRewrite(FoldPads, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Relu, OpCode::MaxPool));
}

TEST(FoldPadsTest, MaxPoolOfNegativeValuesStays) {
  PassTest t;
  t.Output(Pool(&t, OpCode::MaxPool, Pad(&t, t.Input({1, 6, 6, 4}), {0, 1, 1, 0, 0, 1, 1, 0}), 3));
  t.ExpectNoRewrite(FoldPads);
}

// The first window would lie in the padding alone: 0 before, -infinity after.
TEST(FoldPadsTest, MaxPoolWithPaddingAsLargeAsItsWindowStays) {
  PassTest t;
  const ValueId x = t.Op(OpCode::Relu, {t.Input({1, 6, 6, 4})});
  t.Output(Pool(&t, OpCode::MaxPool, Pad(&t, x, {0, 2, 2, 0, 0, 2, 2, 0}), 2));
  t.ExpectNoRewrite(FoldPads);
}

TEST(FoldPadsTest, LeavesOtherPadding) {
  const auto expect_none = [](std::vector<int32_t> pads, format::PadMode mode, float value, AutoPad auto_pad) {
    PassTest t;
    format::PadT attributes;
    attributes.pads = std::move(pads);
    attributes.mode = mode;
    const ValueId padded =
        t.Op(OpCode::Pad, {t.Input({1, 5, 5, 4}), kNoValue, t.Scalar(value)}, std::move(attributes));
    t.Output(t.Conv2D(padded, 4, 8, 3));
    t.Only(OpCode::Conv2D).As<format::Conv2DT>().auto_pad = auto_pad;
    t.ExpectNoRewrite(FoldPads);
  };
  const std::vector<int32_t> one = {0, 1, 1, 0, 0, 1, 1, 0};
  expect_none(one, format::PadMode::Reflect, 0, AutoPad::NotSet);
  expect_none(one, format::PadMode::Constant, 1, AutoPad::NotSet);
  expect_none(one, format::PadMode::Constant, 0, AutoPad::SameUpper);
  expect_none({1, 1, 1, 0, 0, 1, 1, 0}, format::PadMode::Constant, 0, AutoPad::NotSet);
  expect_none({0, -1, 1, 0, 0, 1, 1, 0}, format::PadMode::Constant, 0, AutoPad::NotSet);
}

TEST(FoldPadsTest, LeavesPaddingThatOthersRead) {
  PassTest t;
  const ValueId padded = Pad(&t, t.Input({1, 5, 5, 4}));
  t.Output(t.Conv2D(padded, 4, 8, 3));
  t.Output(padded);
  t.ExpectNoRewrite(FoldPads);
}

}  // namespace
}  // namespace linnet::converter
