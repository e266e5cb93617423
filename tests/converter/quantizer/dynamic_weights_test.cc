#include "converter/quantizer/dynamic_weights.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

TEST(DynamicWeightsTest, QuantisesMatrixProductsAndKeepsTheNumbersNearly) {
  for (bool transposed : {false, true}) {
    PassTest t;
    const ValueId a = t.MatMul(t.Input({2, 7, 40}), 40, 24, true, transposed);
    t.Output(t.MatMul(t.Op(OpCode::Relu, {a}), 24, 5, false, transposed));
    Status status = InferShapes(&t.graph());
    ASSERT_TRUE(status.ok()) << status.message();
    const SampleSet set = RandomSamples(t.graph(), 1);
    const std::vector<double> exact = OutputOf(t.graph(), set.samples[0]);
    EXPECT_EQ(QuantizeDynamically({}, &t.graph()), 2);
    EXPECT_THAT(t.Ops(), ElementsAre(OpCode::QDynamicMatMul, OpCode::Relu, OpCode::QDynamicMatMul));
    ASSERT_TRUE(InferShapes(&t.graph()).ok());
    const double error = Compare(exact, OutputOf(t.graph(), set.samples[0])).relative();
    EXPECT_GT(error, 0);
    EXPECT_LT(error, 0.03);
  }
}

TEST(DynamicWeightsTest, LeavesOthersAlone) {
  PassTest t;
  const ValueId x = t.Input({1, 5, 5, 4});
  const ValueId a = t.Conv2D(x, 4, 4, 1);
  t.Output(t.MatMul(t.Op(OpCode::MatMul, {a, x}, format::MatMulT()), 4, 4));
  EXPECT_EQ(QuantizeDynamically({"MatMul_1"}, &t.graph()), 0);
}

}  // namespace
}  // namespace linnet::converter
