#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(RemoveDeadCodeTest, RemovesChainsThatNobodyReads) {
  PassTest t;
  const ValueId x = t.Input({2, 3});
  t.Op(OpCode::Exp, {t.Op(OpCode::Neg, {x})});
  t.Output(t.Op(OpCode::Abs, {x}));
  t.ExpectRewrite(RemoveDeadCode, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Abs));
  EXPECT_THAT(t.log(), ElementsAre(HasSubstr("Neg 'Neg'"), HasSubstr("Exp 'Exp'")));
}

TEST(RemoveDeadCodeTest, KeepsWhatStatesNeed) {
  PassTest t;
  const ValueId x = t.Input({2, 3});
  const ValueId next = t.Op(OpCode::Exp, {t.Op(OpCode::Neg, {x})});
  t.Output(t.Op(OpCode::Abs, {x}));
  t.graph().states.push_back({next, x});
  t.ExpectNoRewrite(RemoveDeadCode);
}

TEST(RemoveDeadCodeTest, DropsOptionalOutputs) {
  PassTest t;
  format::PoolT pool;
  pool.kernel = {2, 2};
  const ValueId y = t.Op(OpCode::MaxPool, {t.Input({1, 4, 4, 3})}, std::move(pool));
  t.graph().nodes().back()->outputs.push_back(t.graph().AddValue("indices"));
  t.Output(y);
  t.ExpectRewrite(RemoveDeadCode, 1, 0);
  EXPECT_EQ(t.Only(OpCode::MaxPool).outputs.size(), 1u);
}

TEST(RemoveDeadCodeTest, KeepsOptionalOutputsThatAreRead) {
  PassTest t;
  format::PoolT pool;
  pool.kernel = {2, 2};
  t.Output(t.Op(OpCode::MaxPool, {t.Input({1, 4, 4, 3})}, std::move(pool)));
  const ValueId indices = t.graph().AddValue("indices");
  t.graph().nodes().back()->outputs.push_back(indices);
  t.Output(indices);
  t.ExpectNoRewrite(RemoveDeadCode);
}

TEST(RemoveDeadCodeTest, DropsARegionThatResizeIgnores) {
  PassTest t;
  format::ResizeT resize;
  resize.mode = format::ResizeMode::Nearest;
  const ValueId roi = t.Random({8}), scales = t.Floats({4}, {1, 2, 2, 1});
  t.Output(t.Op(OpCode::Resize, {t.Input({1, 4, 4, 3}), roi, scales}, std::move(resize)));
  t.ExpectRewrite(RemoveDeadCode, 1, 0);
  EXPECT_EQ(t.Only(OpCode::Resize).inputs[1], kNoValue);
}

}  // namespace
}  // namespace linnet::converter
