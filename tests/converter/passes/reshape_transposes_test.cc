#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

ValueId Transpose(PassTest* t, ValueId x, std::vector<int32_t> perm) {
  format::TransposeT attributes;
  attributes.perm = std::move(perm);
  return t->Op(OpCode::Transpose, {x}, std::move(attributes));
}

TEST(ReshapeTransposesTest, OfOneChannelOrOnePixel) {
  PassTest t;
  const ValueId image = t.Op(OpCode::Relu, {Transpose(&t, t.Input({2, 1, 4, 3}), {0, 2, 3, 1})});
  const ValueId pixel = t.Op(OpCode::Relu, {Transpose(&t, t.Input({1, 1, 1, 5}), {0, 3, 1, 2})});
  t.Output(image);
  t.Output(pixel);
  t.ExpectRewrite(ReshapeTransposes, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Reshape, OpCode::Relu, OpCode::Reshape, OpCode::Relu));
}

TEST(ReshapeTransposesTest, OneSizeMayBeFree) {
  PassTest t;
  t.Output(Transpose(&t, t.Input({2, 1, 4, 3}, {"batch", "", "", ""}), {0, 2, 3, 1}));
  t.ExpectRewrite(ReshapeTransposes, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Reshape));
}

TEST(ReshapeTransposesTest, LeavesWhatMovesElements) {
  PassTest t;
  t.Output(Transpose(&t, t.Input({1, 2, 4, 3}), {0, 2, 3, 1}));
  // The channel is 1 by default only.
  t.Output(Transpose(&t, t.Input({1, 1, 4, 3}, {"", "channels", "", ""}), {0, 2, 3, 1}));
  t.ExpectNoRewrite(ReshapeTransposes);
}

TEST(ReshapeTransposesTest, LeavesTwoFreeSizes) {
  PassTest t;
  t.Output(Transpose(&t, t.Input({2, 1, 4, 3}, {"batch", "", "height", ""}), {0, 2, 3, 1}));
  t.ExpectNoRewrite(ReshapeTransposes);
}

}  // namespace
}  // namespace linnet::converter
