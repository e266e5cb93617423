#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(RemoveQuantizePairsTest, RemovesPairsAroundOpsThatMoveValues) {
  PassTest t;
  format::TransposeT transpose;
  transpose.perm = {0, 2, 1};
  const ValueId moved = t.Op(OpCode::Transpose, {t.Rounded(t.Input({2, 3, 4}), 0.1f, 3)}, transpose);
  t.Output(t.Op(OpCode::Relu, {t.Rounded(t.Op(OpCode::Relu, {t.Rounded(moved, 0.1f, 3)}), 0.1f, 3)}));
  t.ExpectRewrite(RemoveQuantizePairs, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::Transpose, OpCode::Relu,
                                   OpCode::Relu));
}

TEST(RemoveQuantizePairsTest, LeavesOtherScales) {
  PassTest t;
  const ValueId moved = t.Op(OpCode::Flatten, {t.Rounded(t.Input({2, 3, 4}), 0.1f, 3)}, format::AxisT());
  t.Output(t.Op(OpCode::Exp, {t.Rounded(moved, 0.2f, 3)}));
  t.ExpectNoRewrite(RemoveQuantizePairs);
}

TEST(RemoveQuantizePairsTest, LeavesValuesBetweenTheSteps) {
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 4}), 0.1f, 3);
  t.Output(t.Op(OpCode::Exp, {t.Rounded(t.Op(OpCode::Tanh, {x}), 0.1f, 3)}));
  t.ExpectNoRewrite(RemoveQuantizePairs);
}

}  // namespace
}  // namespace linnet::converter
