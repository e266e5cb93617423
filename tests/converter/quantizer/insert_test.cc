#include "converter/quantizer/insert.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

// A convolution, and one that adds its input.
struct Small {
  PassTest t;
  ValueId x, a, y;
  Small() {
    x = t.Input({1, 5, 5, 4});
    a = t.Conv2D(x, 4, 4, 3, true, 1);
    y = t.Conv2D(a, 4, 4, 1, true);
    t.graph().nodes()[1]->inputs.push_back(a);  // residual
    t.Output(y);
    EXPECT_TRUE(InferShapes(&t.graph()).ok());
  }
  QuantizationPlan Plan() {
    QuantizationPlan plan;
    plan.sites = FindSites(t.graph(), {});
    plan.tensors[x] = QuantizationOf({-1, 1});
    for (ValueId id : {a, y}) plan.tensors[id] = QuantizationOf({-12, 12});
    for (const Site& site : plan.sites) {
      plan.weights[site.node] = PlanWeight(t.graph(), *t.graph().nodes()[site.node], 0);
    }
    return plan;
  }
};

TEST(InsertTest, StoredAndSimulatedComputeTheSame) {
  Small small;
  const SampleSet set = RandomSamples(small.t.graph(), 1);
  const std::vector<double> exact = OutputOf(small.t.graph(), set.samples[0]);
  Graph simulated = CloneGraph(small.t.graph());
  const QuantizationPlan plan = small.Plan();
  ASSERT_EQ(plan.sites.size(), 2u);
  InsertQuantization(small.t.graph(), plan, Rounding::kSimulated, &simulated);
  ASSERT_TRUE(InferShapes(&simulated).ok());
  const std::string name = small.t.graph().value(small.y).name;
  InsertQuantization(small.t.graph(), plan, Rounding::kStored, &small.t.graph());
  ASSERT_TRUE(InferShapes(&small.t.graph()).ok());
  std::string cycle;
  EXPECT_TRUE(small.t.graph().SortNodes(&cycle));
  EXPECT_EQ(small.t.graph().value(small.t.graph().outputs[0]).name, name);
  const std::vector<double> a = OutputOf(simulated, set.samples[0]), b = OutputOf(small.t.graph(), set.samples[0]);
  EXPECT_EQ(Compare(a, b).largest, 0);
  const double error = Compare(exact, b).relative();
  EXPECT_GT(error, 0);
  EXPECT_LT(error, 0.1);
  // Two pairs of weight and bias, three tensors.
  std::map<OpCode, int> counts;
  for (OpCode op : small.t.Ops()) ++counts[op];
  EXPECT_EQ(counts[OpCode::QuantizeLinear], 3);
  EXPECT_EQ(counts[OpCode::DequantizeLinear], 7);
}

TEST(InsertTest, FloatReadersOfAFloatTensorSeeItAsItIs) {
  PassTest t;
  const ValueId a = t.Op(OpCode::Exp, {t.Input({1, 5, 5, 4})});
  const ValueId b = t.Op(OpCode::Log, {a});
  t.Output(b);
  t.Output(t.Conv2D(a, 4, 4, 1));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  QuantizationPlan plan;
  plan.sites = FindSites(t.graph(), {});
  ASSERT_EQ(plan.sites.size(), 1u);
  plan.tensors[a] = QuantizationOf({0, 3});
  InsertQuantization(t.graph(), plan, Rounding::kStored, &t.graph());
  EXPECT_EQ(t.Only(OpCode::Log).inputs[0], a);
  EXPECT_NE(t.Only(OpCode::Conv2D).inputs[0], a);
}

TEST(InsertTest, WeightsUseAllStepsButTheLowestAndBiasesFit) {
  PassTest t;
  t.Output(t.Op(OpCode::MatMul, {t.Input({1, 2}), t.Floats({2, 3}, {1, 0, 1e-12f, -2, 0, 0}), t.Floats({3}, {0, 5, 1000})},
                format::MatMulT()));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const WeightPlan plan = PlanWeight(t.graph(), *t.graph().nodes()[0], 0.01f);
  ASSERT_EQ(plan.scale.size(), 3u);
  EXPECT_FLOAT_EQ(plan.scale[0], 2.0f / 127);
  for (size_t c = 1; c < 3; ++c) {
    const double bias = c == 1 ? 5 : 1000;
    EXPECT_LE(bias / (0.01f * plan.scale[c]), (1 << 30) * 1.001);
  }
}

}  // namespace
}  // namespace linnet::converter
