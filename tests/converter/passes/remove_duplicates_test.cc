#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

TEST(RemoveDuplicatesTest, JoinsWholeSubgraphs) {
  PassTest t;
  const ValueId x = t.Input({2, 8});
  const ValueId a = t.Binary(OpCode::Add, t.Op(OpCode::Sigmoid, {x}), t.Scalar(1));
  const ValueId b = t.Binary(OpCode::Add, t.Op(OpCode::Sigmoid, {x}), t.Scalar(1));
  t.Output(t.Binary(OpCode::Mul, a, b));
  t.ExpectRewrite(RemoveDuplicates, 2, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Sigmoid, OpCode::Add, OpCode::Mul));
}

TEST(RemoveDuplicatesTest, LeavesOtherAttributesInputsAndConstants) {
  PassTest t;
  const ValueId x = t.Input({2, 8}), y = t.Input({2, 8});
  t.Output(t.Unary(OpCode::Elu, x, 1));
  t.Output(t.Unary(OpCode::Elu, x, 0.5f));
  t.Output(t.Unary(OpCode::Elu, y, 1));
  t.Output(t.Binary(OpCode::Sub, x, y));
  t.Output(t.Binary(OpCode::Sub, y, x));
  t.Output(t.Binary(OpCode::Add, x, t.Scalar(1)));
  t.Output(t.Binary(OpCode::Add, x, t.Floats({1}, {1})));
  t.Output(t.Binary(OpCode::Add, x, t.Scalar(2)));
  t.ExpectNoRewrite(RemoveDuplicates);
}

TEST(RemoveDuplicatesTest, LeavesGraphOutputs) {
  PassTest t;
  const ValueId x = t.Input({2, 8});
  t.Output(t.Op(OpCode::Neg, {x}));
  t.Output(t.Op(OpCode::Neg, {x}));
  t.ExpectNoRewrite(RemoveDuplicates);
}

}  // namespace
}  // namespace linnet::converter
