#include "converter/quantizer/sites.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

TEST(SitesTest, ProductsAndWhatLiesBetween) {
  PassTest t;
  const ValueId x = t.Input({1, 8, 8, 4});
  const ValueId before = t.Op(OpCode::Relu, {x});  // leads from float to int8
  const ValueId a = t.Conv2D(before, 4, 4, 1);
  const ValueId between = t.Op(OpCode::Relu, {a});
  const ValueId b = t.Conv2D(between, 4, 4, 1);
  t.Output(t.Op(OpCode::Relu, {b}));  // leads from int8 to nothing
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  std::vector<size_t> nodes;
  for (const Site& site : FindSites(t.graph(), {})) nodes.push_back(site.node);
  EXPECT_THAT(nodes, ElementsAre(1u, 2u, 3u));
  nodes.clear();
  for (const Site& site : FindSites(t.graph(), {3})) nodes.push_back(site.node);
  EXPECT_THAT(nodes, ElementsAre(1u));
}

TEST(SitesTest, SplitsActivationsThatInt8OpsLack) {
  PassTest t;
  const ValueId x = t.Input({1, 8, 8, 4});
  const ValueId a = t.Conv2D(x, 4, 4, 1);
  t.Output(t.Conv2D(a, 4, 4, 1));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  t.graph().nodes()[0]->As<format::Conv2DT>().activation =
      format::Activation(format::ActivationKind::LeakyRelu, 0, 0, 0.1f, 0);
  const SampleSet set = RandomSamples(t.graph(), 1);
  const std::vector<double> before = OutputOf(t.graph(), set.samples[0]);
  SplitActivations(&t.graph());
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D, OpCode::LeakyRelu, OpCode::Conv2D));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  EXPECT_LT(Compare(before, OutputOf(t.graph(), set.samples[0])).relative(), 1e-6);
}

}  // namespace
}  // namespace linnet::converter
