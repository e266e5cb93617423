#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(FuseQuantizedClampsTest, ClampsInTheOpBefore) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId a = t.Rounded(t.Input({2, 5}), 0.04f, 3), b = t.Rounded(t.Input({2, 5}), 0.05f, -7);
  const ValueId sum = t.Rounded(t.Binary(OpCode::Add, a, b), 0.1f, 4);
  t.Output(t.Rounded(t.Op(OpCode::Relu, {sum}), 0.1f, 4));
  t.ExpectRewrite(FoldQuantizedOps, 1, 0.02);
  t.ExpectRewrite(FoldQuantizedTables, 1, 0);
  t.ExpectRewrite(FuseQuantizedClamps, 1, 0);
  EXPECT_EQ(t.Only(OpCode::QAdd).As<format::BinaryT>().activation.lo(), 4);
}

TEST(FuseQuantizedClampsTest, LeavesOtherScales) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId a = t.Rounded(t.Input({2, 5}), 0.04f, 3), b = t.Rounded(t.Input({2, 5}), 0.05f, -7);
  t.Output(t.Rounded(t.Rounded(t.Binary(OpCode::Add, a, b), 0.1f, 4), 0.2f, 4));
  t.ExpectRewrite(FoldQuantizedOps, 1, 0.02);
  t.ExpectRewrite(FoldQuantizedTables, 1, 0);
  t.ExpectNoRewrite(FuseQuantizedClamps);
}

}  // namespace
}  // namespace linnet::converter
