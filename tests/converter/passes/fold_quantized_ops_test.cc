#include <limits>

#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

constexpr double kStep = 0.02;  // one of the 256 of the results below, relative to the largest

TEST(FoldQuantizedOpsTest, FoldsSumsAndProducts) {
  LINNET_NEEDS_OP(OpCode::QAdd);
  for (const auto& [op, quantized] : {std::pair{OpCode::Add, OpCode::QAdd}, {OpCode::Sub, OpCode::QSub}, {OpCode::Mul, OpCode::QMul}}) {
    PassTest t;
    const ValueId a = t.Rounded(t.Input({2, 5, 4}), 0.04f, 3), b = t.Rounded(t.Input({2, 1, 4}), 0.05f, -7);
    t.Output(t.Rounded(t.Binary(op, a, b), 0.1f, 4));
    t.ExpectRewrite(FoldQuantizedOps, 1, kStep);
    EXPECT_EQ(t.Ops()[t.Ops().size() - 2], quantized);
  }
}

TEST(FoldQuantizedOpsTest, ClampsQuantisedValues) {
  LINNET_NEEDS_OP(OpCode::QAdd);
  PassTest t;
  const ValueId a = t.Rounded(t.Input({2, 5, 4}), 0.04f, 3), b = t.Rounded(t.Input({2, 5, 4}), 0.05f, -7);
  format::BinaryT relu;
  relu.activation = format::Activation(format::ActivationKind::Clamp, 0, std::numeric_limits<float>::infinity(), 0, 0);
  t.Output(t.Rounded(t.Op(OpCode::Add, {a, b}, relu), 0.1f, 4));
  t.ExpectRewrite(FoldQuantizedOps, 1, kStep);
  EXPECT_EQ(t.Only(OpCode::QAdd).As<format::BinaryT>().activation.lo(), 4);
}

TEST(FoldQuantizedOpsTest, FoldsPools) {
  LINNET_NEEDS_OP(OpCode::QAdd);
  PassTest t;
  format::PoolT pool;
  pool.kernel = pool.strides = {2, 2};
  pool.dilations = {1, 1};
  pool.pads = {0, 0, 0, 0};
  format::ReduceT mean;
  mean.axes = {1, 2};
  const ValueId x = t.Rounded(t.Input({1, 4, 4, 4}), 0.04f, 3);
  const ValueId pooled = t.Rounded(t.Op(OpCode::AveragePool, {x}, pool), 0.03f, 1);
  t.Output(t.Rounded(t.Op(OpCode::ReduceMean, {pooled}, mean), 0.02f, -1));
  t.ExpectRewrite(FoldQuantizedOps, 2, 0.1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QuantizeLinear, OpCode::QAveragePool, OpCode::QReduceMean, OpCode::DequantizeLinear));
}

TEST(FoldQuantizedOpsTest, LeavesWhatOthersReadAsFloat) {
  LINNET_NEEDS_OP(OpCode::QAdd);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({2, 4}), 0.04f, 3);
  const ValueId sum = t.Binary(OpCode::Add, x, x);
  t.Output(t.Rounded(sum, 0.1f, 0));
  t.Output(t.Op(OpCode::Exp, {sum}));
  t.ExpectNoRewrite(FoldQuantizedOps);
}

}  // namespace
}  // namespace linnet::converter
