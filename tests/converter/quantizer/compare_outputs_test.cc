#include "converter/quantizer/compare_outputs.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

// Softmax(x [2, 3] times a matrix).
void Scores(PassTest* t, const std::vector<float>& matrix) {
  const ValueId y = t->Op(OpCode::MatMul, {t->Input({2, 3}), t->Floats({3, 3}, matrix)}, format::MatMulT());
  format::AxisT last;
  last.axis = 1;
  t->Output(t->Op(OpCode::Softmax, {y}, std::move(last)));
  EXPECT_TRUE(InferShapes(&t->graph()).ok());
}

TEST(CompareOutputsTest, CountsPredictionsThatChange) {
  PassTest exact, swapped;
  Scores(&exact, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  Scores(&swapped, {0, 1, 0, 1, 0, 0, 0, 0, 1});  // the first two classes change places
  const SampleSet set = RandomSamples(exact.graph(), 5);
  auto reference = Reference::Create(exact.graph(), set, SpreadSamples(5, 100));
  ASSERT_TRUE(reference.ok()) << reference.status().message();
  auto same = reference->Compare(exact.graph());
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->samples, 5u);
  EXPECT_EQ(same->outputs[0].predictions, 10);
  EXPECT_EQ(same->outputs[0].changed, 0);
  EXPECT_EQ(same->relative_noise, 0);
  EXPECT_EQ(same->drop(), 0);
  auto other = reference->Compare(swapped.graph());
  ASSERT_TRUE(other.ok());
  EXPECT_GT(other->outputs[0].changed, 0);
  EXPECT_EQ(other->drop(), 10.0 * static_cast<double>(other->outputs[0].changed));
}

TEST(CompareOutputsTest, MeasuresNoiseBeforeASoftmax) {
  PassTest exact, twice;
  Scores(&exact, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  Scores(&twice, {2, 0, 0, 0, 2, 0, 0, 0, 2});
  const SampleSet set = RandomSamples(exact.graph(), 3);
  auto reference = Reference::Create(exact.graph(), set, SpreadSamples(3, 3));
  ASSERT_TRUE(reference.ok());
  EXPECT_NEAR(reference->Compare(twice.graph())->relative_noise, 1, 1e-6);
}

TEST(CompareOutputsTest, OutputsWithoutPredictionsCountNoise) {
  PassTest exact, half;
  const auto build = [](PassTest* t, float factor) {
    t->Output(t->Binary(OpCode::Mul, t->Input({1, 2, 2, 3}), t->Scalar(factor)));
    EXPECT_TRUE(InferShapes(&t->graph()).ok());
  };
  build(&exact, 1);
  build(&half, 0.5f);
  const SampleSet set = RandomSamples(exact.graph(), 2);
  auto reference = Reference::Create(exact.graph(), set, SpreadSamples(2, 2));
  ASSERT_TRUE(reference.ok());
  auto comparison = reference->Compare(half.graph());
  ASSERT_TRUE(comparison.ok());
  EXPECT_EQ(comparison->outputs[0].predictions, 0);
  EXPECT_NEAR(comparison->drop(), 25, 1e-3);
  EXPECT_NEAR(comparison->outputs[0].sqnr_db(), 6.02, 0.01);
}

TEST(CompareOutputsTest, OfFewPredictionsOneMayChange) {
  Comparison comparison;
  comparison.outputs.push_back({"y", 0, 1, 48, 1});
  EXPECT_TRUE(comparison.Within(1));
  EXPECT_FALSE(comparison.Within(0));
  comparison.outputs[0].changed = 2;
  EXPECT_FALSE(comparison.Within(1));
  comparison.outputs.push_back({"noise", 2, 100, 0, 0});
  comparison.outputs[0].changed = 0;
  EXPECT_TRUE(comparison.Within(2));
  EXPECT_FALSE(comparison.Within(1));
}

TEST(CompareOutputsTest, SpreadsSamples) {
  EXPECT_THAT(SpreadSamples(10, 3), ElementsAre(0u, 3u, 6u));
  EXPECT_THAT(SpreadSamples(2, 3), ElementsAre(0u, 1u));
  EXPECT_TRUE(SpreadSamples(0, 3).empty());
}

}  // namespace
}  // namespace linnet::converter
