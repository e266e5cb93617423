#include "converter/quantizer/equalize.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "converter/passes/activations.h"
#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

void SetClamp(PassTest* t, ValueId id, float hi) {
  for (const auto& node : t->graph().nodes()) {
    if (node->outputs[0] == id) *FusedActivation(node.get()) = format::Activation(format::ActivationKind::Clamp, 0, hi, 0, 0);
  }
}

// Channels of the first weight grow by 1, 2, 4, ...
void Spread(PassTest* t) {
  Node& first = *t->graph().nodes()[0];
  const Value& weight = t->graph().value(first.inputs[1]);
  std::vector<float> numbers(static_cast<size_t>(weight.shape.elements()));
  std::memcpy(numbers.data(), weight.data.data(), numbers.size() * sizeof(float));
  const size_t row = numbers.size() / static_cast<size_t>(weight.shape[0]);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] *= static_cast<float>(1 << (i / row));
  first.inputs[1] = t->Floats(weight.shape, numbers);
}

struct Chain {
  PassTest t;
  SampleSet samples;
  Statistics statistics;
  std::vector<LayerPair> pairs;

  Chain(bool depthwise, float hi) {
    const ValueId x = t.Input({1, 5, 5, 4});
    const ValueId between = t.Conv2D(x, 4, 6, 1, true);
    SetClamp(&t, between, hi);
    t.Output(depthwise ? t.DepthwiseConv2D(between, 6, 3, true, 1) : t.Conv2D(between, 6, 3, 3, true, 1));
    Spread(&t);
    EXPECT_TRUE(InferShapes(&t.graph()).ok());
    samples = RandomSamples(t.graph(), 3);
    auto collected = CollectStatistics(t.graph(), {between}, samples, nullptr);
    EXPECT_TRUE(collected.ok());
    statistics = *collected;
    pairs = FindLayerPairs(t.graph());
  }
  const TensorStatistics& between() { return statistics.begin()->second; }
};

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(EqualizeTest, KeepsTheFunctionAndEvensTheChannels) {
  for (bool depthwise : {false, true}) {
    SCOPED_TRACE(depthwise);
    Chain chain(depthwise, kInfinity);
    ASSERT_EQ(chain.pairs.size(), 1u);
    const std::vector<double> before = OutputOf(chain.t.graph(), chain.samples.samples[0]);
    const std::vector<double> factors = EqualizingFactors(chain.t.graph(), chain.pairs[0], chain.between());
    ASSERT_EQ(factors.size(), 6u);
    ASSERT_TRUE(ApplyFactors(chain.pairs[0], factors, &chain.t.graph()));
    const Difference difference = Compare(before, OutputOf(chain.t.graph(), chain.samples.samples[0]));
    EXPECT_LT(difference.relative(), 1e-5);

    const float narrowest = *std::min_element(chain.between().channel_most.begin(), chain.between().channel_most.end());
    const float widest = chain.between().most;
    TensorStatistics scaled = chain.between();
    scaled.ScaleChannels(factors);
    EXPECT_NEAR(scaled.most, widest, widest * 1e-3f);
    const float now = *std::min_element(scaled.channel_most.begin(), scaled.channel_most.end());
    EXPECT_GT(now, 2 * narrowest);
    if (depthwise) {
      EXPECT_NEAR(now, widest, widest * 1e-3f);
    }
  }
}

TEST(EqualizeTest, AChannelThatReachesTheBoundKeepsItsScale) {
  Chain chain(/*depthwise=*/true, 6);
  const std::vector<double> before = OutputOf(chain.t.graph(), chain.samples.samples[0]);
  const std::vector<double> factors = EqualizingFactors(chain.t.graph(), chain.pairs[0], chain.between());
  ASSERT_EQ(factors.size(), 6u);
  bool some_reach = false;
  for (size_t c = 0; c < factors.size(); ++c) {
    if (chain.between().channel_most[c] == 6) {
      some_reach = true;
      EXPECT_EQ(factors[c], 1);
    }
    EXPECT_LE(chain.between().channel_most[c] * factors[c], 6.0001);
  }
  EXPECT_TRUE(some_reach);
  ASSERT_TRUE(ApplyFactors(chain.pairs[0], factors, &chain.t.graph()));
  EXPECT_LT(Compare(before, OutputOf(chain.t.graph(), chain.samples.samples[0])).relative(), 1e-5);
}

TEST(EqualizeTest, LeavesWhatOthersReadOrAFunctionChanges) {
  PassTest two;
  const ValueId shared = two.Conv2D(two.Input({1, 5, 5, 4}), 4, 6, 1);
  two.Output(two.Conv2D(shared, 6, 3, 1));
  two.Output(two.Op(OpCode::Relu, {shared}));
  EXPECT_TRUE(FindLayerPairs(two.graph()).empty());

  PassTest swish;
  const ValueId y = swish.Conv2D(swish.Input({1, 5, 5, 4}), 4, 6, 1);
  *FusedActivation(swish.graph().nodes()[0].get()) = format::Activation(format::ActivationKind::HardSwish, 0, 0, 0, 0);
  swish.Output(swish.Conv2D(y, 6, 3, 1));
  EXPECT_TRUE(FindLayerPairs(swish.graph()).empty());
}

}  // namespace
}  // namespace linnet::converter
