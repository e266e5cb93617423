#include "converter/quantizer/correct_bias.h"

#include <cmath>

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

// Mean difference of the outputs' last axis, [.., channels], over samples.
std::vector<double> MeanError(const Graph& exact, const Graph& rounded, const SampleSet& set, size_t channels) {
  std::vector<double> mean(channels, 0);
  size_t rows = 0;
  for (const Sample& sample : set.samples) {
    const std::vector<double> a = OutputOf(exact, sample), b = OutputOf(rounded, sample);
    for (size_t i = 0; i < a.size(); ++i) mean[i % channels] += b[i] - a[i];
    rows += a.size() / channels;
  }
  for (double& value : mean) value = std::fabs(value) / static_cast<double>(rows);
  return mean;
}

TEST(CorrectBiasTest, TakesBackTheShiftOfTheMean) {
  PassTest t;
  // Inputs with a mean far from zero.
  const ValueId shifted = t.Binary(OpCode::Add, t.Input({1, 6, 6, 4}), t.Scalar(1));
  t.Output(t.Conv2D(shifted, 4, 8, 3));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const SampleSet set = RandomSamples(t.graph(), 8);
  auto statistics = CollectStatistics(t.graph(), {shifted}, set, nullptr);
  ASSERT_TRUE(statistics.ok());
  WeightPlan plan = PlanWeight(t.graph(), *t.graph().nodes()[1], 0);
  for (float& scale : plan.scale) scale *= 16;  // coarse, so that there is something to correct

  const auto rounded = [&](const WeightPlan& weight) {
    Graph graph = CloneGraph(t.graph());
    QuantizationPlan all;
    all.weights[1] = weight;
    InsertQuantization(t.graph(), all, Rounding::kSimulated, &graph);
    return MeanError(t.graph(), graph, set, 8);
  };
  const std::vector<double> before = rounded(plan);
  plan.bias_shift = BiasShift(t.graph(), *t.graph().nodes()[1], plan, statistics->at(shifted));
  ASSERT_EQ(plan.bias_shift.size(), 8u);
  const std::vector<double> after = rounded(plan);
  double sum_before = 0, sum_after = 0;
  for (size_t c = 0; c < 8; ++c) {
    sum_before += before[c];
    sum_after += after[c];
  }
  EXPECT_GT(sum_before, 0);
  EXPECT_LT(sum_after, sum_before / 4);
}

TEST(CorrectBiasTest, NothingWithoutMeansByChannel) {
  PassTest t;
  t.Output(t.MatMul(t.Input({2, 4}), 4, 3));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const WeightPlan plan = PlanWeight(t.graph(), *t.graph().nodes()[0], 0);
  EXPECT_TRUE(BiasShift(t.graph(), *t.graph().nodes()[0], plan, TensorStatistics()).empty());
}

}  // namespace
}  // namespace linnet::converter
