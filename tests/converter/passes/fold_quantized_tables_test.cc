#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

// One step of the results below, relative to the largest: the table's functions are canonical, and may round halves the
// other way.
constexpr double kStep = 0.02;

TEST(FoldQuantizedTablesTest, MakesAFunctionATable) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId x = t.Quantize(t.Input({2, 7}), 0.05f, 3);
  const ValueId real = t.Dequantize(x, 0.05f, 3);
  const ValueId silu = t.Binary(OpCode::Mul, real, t.Op(OpCode::Sigmoid, {real}));
  t.Output(t.Rounded(silu, 0.03f, -20));
  t.ExpectRewrite(FoldQuantizedTables, 1, kStep);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QTable, OpCode::DequantizeLinear));
  EXPECT_EQ(t.Only(OpCode::QTable).inputs[0], x);
  EXPECT_THAT(t.log(), ElementsAre(HasSubstr("a table of int8")));
}

// x * hard_sigmoid(x), with a Q and a DQ between the two.
TEST(FoldQuantizedTablesTest, GoesThroughTables) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId real = t.Rounded(t.Input({2, 7}), 0.05f, 3);
  const ValueId gate = t.Rounded(t.Unary(OpCode::HardSigmoid, real, 0.2f, 0.5f), 1.0f / 255, -128);
  t.Output(t.Rounded(t.Binary(OpCode::Mul, real, gate), 0.04f, -100));
  t.ExpectRewrite(FoldQuantizedTables, 2, kStep);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QTable, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedTablesTest, ChangesScale) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  t.Output(t.Rounded(t.Rounded(t.Input({2, 7}), 0.05f, 3), 0.1f, 0));
  t.ExpectRewrite(FoldQuantizedTables, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QTable, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedTablesTest, RemovesWhatIsRoundedAlready) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  t.Output(t.Op(OpCode::Exp, {t.Rounded(t.Rounded(t.Input({2, 7}), 0.05f, 3), 0.05f, 3)}));
  t.ExpectRewrite(FoldQuantizedTables, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::DequantizeLinear, OpCode::Exp));
}

TEST(FoldQuantizedTablesTest, TakesSingleNumbers) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId real = t.Rounded(t.Input({2, 7}), 0.05f, 3);
  t.Output(t.Rounded(t.Clip(t.Binary(OpCode::Mul, real, t.Floats({1, 1}, {0.25f})), -1, 1), 0.01f, 0));
  t.ExpectRewrite(FoldQuantizedTables, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QTable, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedTablesTest, LeavesFunctionsOfTwo) {
  LINNET_NEEDS_OP(OpCode::QTable);
  PassTest t;
  const ValueId a = t.Rounded(t.Input({2, 7}), 0.05f, 3), b = t.Rounded(t.Input({2, 7}), 0.05f, 3);
  t.Output(t.Rounded(t.Binary(OpCode::Div, a, t.Op(OpCode::Exp, {b})), 0.1f, 0));
  t.ExpectNoRewrite(FoldQuantizedTables);
}

}  // namespace
}  // namespace linnet::converter
