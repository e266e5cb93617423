#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

std::vector<std::string> Report(PassTest* t) {
  EXPECT_TRUE(InferShapes(&t->graph()).ok());
  PassLog log;
  int changes = 0;
  EXPECT_TRUE(ReportFloat(&t->graph(), &log, &changes).ok());
  return log.in_float;
}

TEST(ReportFloatTest, NamesOpsAndReasons) {
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 4}), 0.04f, 3);
  t.Output(t.Op(OpCode::MatMul, {x, t.Int8Weight({4, 3}, 1)}, format::MatMulT()));
  t.Output(t.Rounded(t.Op(OpCode::Hardmax, {x}, format::AxisT()), 0.1f, 0));
  t.Output(t.Rounded(t.MatMul(x, 4, 4), 0.1f, 0));
  EXPECT_THAT(Report(&t),
              ElementsAre(HasSubstr("MatMul 'MatMul': its output is not quantised; the last bits"),
                          "Hardmax 'Hardmax': the op has no integer form",
                          HasSubstr("MatMul 'MatMul_1': its weight is not a quantised constant")));
  EXPECT_TRUE(t.Only(OpCode::Hardmax).canonical);
}

TEST(ReportFloatTest, SaysNothingOfFloatGraphs) {
  PassTest t;
  t.Output(t.MatMul(t.Input({2, 4}), 4, 4));
  EXPECT_THAT(Report(&t), IsEmpty());
}

}  // namespace
}  // namespace linnet::converter
