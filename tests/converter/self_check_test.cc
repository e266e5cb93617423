#include "converter/self_check.h"

#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

// exp of a number that is rounded to 0 or 1 on the way. Such a number moves by much where its source is near a half.
void Build(float factor, PassTest* t) {
  const ValueId x = t->Input({200, 200});
  const ValueId scaled = t->Binary(OpCode::Mul, x, t->Scalar(factor));
  const ValueId rounded = t->Rounded(t->Unary(OpCode::HardSigmoid, t->Rounded(scaled, 1, 0), 1), 1, 0);
  t->Output(t->Op(OpCode::Exp, {rounded}));
  ASSERT_TRUE(InferShapes(&t->graph()).ok());
}

ConvertReport CheckAgainst(float factor, bool quantized) {
  PassTest source, changed;
  Build(1, &source);
  Build(factor, &changed);
  if (quantized) {
    PassLog log;
    int changes = 0;
    EXPECT_TRUE(FoldQuantizedTables(&changed.graph(), &log, &changes).ok());
    EXPECT_EQ(changes, 1);
  }
  ConvertReport report;
  EXPECT_TRUE(SelfCheck(source.graph(), changed.graph(), {}, &report).ok());
  EXPECT_TRUE(report.checked);
  return report;
}

TEST(SelfCheck, ResultsOfAQuantisedGraphMayMoveAsTheSourcesDo) {
  LINNET_NEEDS_OP(OpCode::QTable);
  const ConvertReport same = CheckAgainst(1, true);
  EXPECT_TRUE(same.within_tolerance);
  EXPECT_EQ(same.largest_error, 0);
  EXPECT_EQ(same.moved_error, -1);
  const ConvertReport close = CheckAgainst(1.00005f, true);
  EXPECT_TRUE(close.within_tolerance);
  EXPECT_GT(close.largest_error, 0.5);
  EXPECT_GT(close.moved_error, 0.5);
  const ConvertReport wrong = CheckAgainst(1.05f, true);
  EXPECT_FALSE(wrong.within_tolerance);
  EXPECT_GT(wrong.moved_error, 0.5);
}

TEST(SelfCheck, ThoseOfAFloatGraphMayNot) {
  const ConvertReport report = CheckAgainst(1.00005f, false);
  EXPECT_FALSE(report.within_tolerance);
  EXPECT_EQ(report.moved_error, -1);
}

}  // namespace
}  // namespace linnet::converter
