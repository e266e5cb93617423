#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(RaiseQuantizeTest, QuantisesEachOperand) {
  PassTest t;
  format::AxisT axis;
  axis.axis = 1;
  const ValueId a = t.Rounded(t.Input({2, 3}), 0.1f, 3), b = t.Op(OpCode::Tanh, {t.Input({2, 4})});
  t.Output(t.Rounded(t.Op(OpCode::Concat, {a, b}, axis), 0.2f, -5));
  t.ExpectRewrite(RaiseQuantize, 1, 0);
  EXPECT_EQ(t.graph().value(t.Only(OpCode::Concat).outputs[0]).type, ElementType::kInt8);
}

TEST(RaiseQuantizeTest, LeavesValuesThatOthersRead) {
  PassTest t;
  const ValueId flat = t.Op(OpCode::Flatten, {t.Op(OpCode::Tanh, {t.Input({2, 3, 4})})}, format::AxisT());
  t.Output(t.Rounded(flat, 0.1f, 0));
  t.Output(flat);
  t.ExpectNoRewrite(RaiseQuantize);
}

}  // namespace
}  // namespace linnet::converter
