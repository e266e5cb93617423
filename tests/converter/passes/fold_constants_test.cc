#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(FoldConstantsTest, ComputesWhatHangsOnConstantsOnly) {
  PassTest t;
  const ValueId scale = t.Binary(OpCode::Mul, t.Random({3}), t.Op(OpCode::Exp, {t.Random({3})}));
  t.Output(t.Binary(OpCode::Add, t.Input({2, 3}), scale));
  t.ExpectRewrite(FoldConstants, 2);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Add));
}

TEST(FoldConstantsTest, ShapeOfAFixedInputIsAConstant) {
  PassTest t;
  const ValueId x = t.Input({2, 3});
  const ValueId shape = t.Op(OpCode::Shape, {x}, format::ShapeOfT());
  t.Output(t.Op(OpCode::Reshape, {x, t.Binary(OpCode::Mul, shape, t.Ints({1, 1}))}, format::ReshapeT()));
  t.ExpectRewrite(FoldConstants, 2);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Reshape));
}

TEST(FoldConstantsTest, ShapeOfASymbolicInputStays) {
  PassTest t;
  const ValueId x = t.Input({2, 3}, {"batch", ""});
  t.Output(t.Op(OpCode::Shape, {x}, format::ShapeOfT()));
  t.ExpectNoRewrite(FoldConstants);
}

TEST(FoldConstantsTest, GraphOutputKeepsItsName) {
  PassTest t;
  t.Input({1});
  const ValueId y = t.Op(OpCode::Neg, {t.Random({4})});
  t.graph().value(y).name = "y";
  t.Output(y);
  t.ExpectRewrite(FoldConstants, 1);
  EXPECT_EQ(t.graph().value(t.graph().outputs[0]).name, "y");
}

}  // namespace
}  // namespace linnet::converter
