#include "converter/quantizer/half_weights.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

TEST(HalfWeightsTest, HalvesPanelsAndKeepsTheNumbersNearly) {
  PassTest t;
  const ValueId a = t.Conv2D(t.Input({1, 6, 6, 3}), 3, 20, 3, true, 1);
  t.Output(t.MatMul(t.DepthwiseConv2D(a, 20, 3, true, 1), 20, 5, true));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const SampleSet set = RandomSamples(t.graph(), 1);
  const std::vector<double> exact = OutputOf(t.graph(), set.samples[0]);
  PassLog log;
  int changes = 0;
  ASSERT_TRUE(PackConstants(&t.graph(), &log, &changes).ok());
  std::vector<std::string> notes;
  EXPECT_EQ(HalveWeights(&t.graph(), &notes), 2);  // depthwise weights stay
  EXPECT_TRUE(notes.empty());
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  // 11 bits of precision: errors of 2^-12 a product, which random signs spread.
  const double error = Compare(exact, OutputOf(t.graph(), set.samples[0])).relative();
  EXPECT_GT(error, 0);
  EXPECT_LT(error, 1e-3);
}

TEST(HalfWeightsTest, KeepsWhatDoesNotFit) {
  PassTest t;
  t.Output(t.Op(OpCode::MatMul, {t.Input({1, 2}), t.Floats({2, 2}, {1, 2, 3, 1e6f})}, format::MatMulT()));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  PassLog log;
  int changes = 0;
  ASSERT_TRUE(PackConstants(&t.graph(), &log, &changes).ok());
  std::vector<std::string> notes;
  EXPECT_EQ(HalveWeights(&t.graph(), &notes), 0);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_THAT(notes[0], HasSubstr("MatMul 'MatMul'"));
}

}  // namespace
}  // namespace linnet::converter
