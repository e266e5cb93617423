#include "tests/converter/quantizer/quantizer_test.h"

#include <cstring>

namespace linnet::converter {
namespace {

struct Network {
  PassTest t;
  CalibrationData data;

  Network() {
    const ValueId x = t.Input({1, 8, 8, 3});
    const ValueId a = t.Op(OpCode::Relu, {t.Conv2D(x, 3, 8, 3, true, 1)});
    const ValueId b = t.Op(OpCode::Relu, {t.DepthwiseConv2D(a, 8, 3, true, 1)});
    const ValueId c = t.Binary(OpCode::Add, t.Conv2D(b, 8, 8, 1, true), a);
    t.Output(t.Conv2D(c, 8, 4, 1, true));
    EXPECT_TRUE(InferShapes(&t.graph()).ok());
    data.calibration = RandomSamples(t.graph(), 6);
    for (size_t i = 0; i < 2; ++i) {
      data.held_out.samples.push_back(data.calibration.samples[i]);
      data.held_out.names.push_back("held out");
    }
  }
};

TEST(QuantizerTest, QuantizesAndComparesWithFloat) {
  for (RangeMethod method : {RangeMethod::kAuto, RangeMethod::kMinMax, RangeMethod::kPercentile, RangeMethod::kEntropy,
                             RangeMethod::kMse}) {
    SCOPED_TRACE(RangeMethodName(method));
    Network network;
    const Graph exact = CloneGraph(network.t.graph());
    QuantizeOptions options;
    options.range = method;
    options.max_drop = 100;
    auto report = Quantize(network.data, options, nullptr, &network.t.graph());
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->float_layers, 0);
    EXPECT_EQ(report->int8_layers, 7);
    for (const LayerReport& layer : report->layers) {
      EXPECT_TRUE(layer.int8);
      EXPECT_LT(layer.lo, layer.hi);
      EXPECT_GT(layer.sqnr_db, 20) << layer.name;
    }
    ASSERT_TRUE(InferShapes(&network.t.graph()).ok());
    ASSERT_TRUE(CompareWithFloat(exact, network.t.graph(), network.data, &*report).ok());
    ASSERT_EQ(report->comparisons.size(), 2u);
    EXPECT_EQ(report->comparisons[0].set, "calibration");
    EXPECT_EQ(report->comparisons[1].samples, 2u);
    EXPECT_GT(report->comparisons[1].outputs[0].sqnr_db(), 25);
  }
}

TEST(QuantizerTest, AutomaticRangesAreNoWorseThanMinMax) {
  double noise[2];
  for (int i = 0; i < 2; ++i) {
    Network network;
    const Graph exact = CloneGraph(network.t.graph());
    QuantizeOptions options;
    options.range = i == 0 ? RangeMethod::kMinMax : RangeMethod::kAuto;
    options.max_drop = 100;
    auto report = Quantize(network.data, options, nullptr, &network.t.graph());
    ASSERT_TRUE(report.ok());
    ASSERT_TRUE(InferShapes(&network.t.graph()).ok());
    ASSERT_TRUE(CompareWithFloat(exact, network.t.graph(), network.data, &*report).ok());
    noise[i] = report->comparisons[0].relative_noise;
  }
  EXPECT_LT(noise[1], noise[0] * 1.05);
}

TEST(QuantizerTest, FallsBackToFloatWithinTheBudget) {
  Network network;
  QuantizeOptions options;
  options.max_drop = 1e-9;  // no noise at all, so everything stays in float
  auto report = Quantize(network.data, options, nullptr, &network.t.graph());
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->int8_layers, 0);
  EXPECT_EQ(report->layers[0].reason, "hurts most");
  for (OpCode op : network.t.Ops()) EXPECT_NE(op, OpCode::QuantizeLinear);
}

TEST(QuantizerTest, KeepsNamedNodesInFloat) {
  Network network;
  QuantizeOptions options;
  options.max_drop = 100;
  options.keep_float = {"DepthwiseConv2D"};
  auto report = Quantize(network.data, options, nullptr, &network.t.graph());
  ASSERT_TRUE(report.ok()) << report.status().message();
  for (const LayerReport& layer : report->layers) {
    if (layer.name == "DepthwiseConv2D") {
      EXPECT_EQ(layer.reason, "asked for");
    }
  }
  Network other;
  options.keep_float = {"nothing"};
  auto refused = Quantize(other.data, options, nullptr, &other.t.graph());
  const Status& status = refused.status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("'nothing'"));
}

TEST(QuantizerTest, WantsDataThatSaysSomething) {
  Network none;
  none.data.calibration = SampleSet();
  EXPECT_THAT(Quantize(none.data, {}, nullptr, &none.t.graph()).status().message(), HasSubstr("no calibration data"));

  Network constant;
  for (Sample& sample : constant.data.calibration.samples) std::fill(sample[0].bytes.begin(), sample[0].bytes.end(), 0);
  auto refused = Quantize(constant.data, {}, nullptr, &constant.t.graph());
  const Status& status = refused.status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("input 'x' is 0 throughout"));
}

TEST(QuantizerTest, AConstantTensorStaysInFloat) {
  PassTest t;
  const ValueId a = t.Clip(t.Conv2D(t.Input({1, 4, 4, 3}), 3, 4, 1), 0, 0);  // always zero
  t.Output(t.Conv2D(a, 4, 4, 1, true));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  CalibrationData data;
  data.calibration = RandomSamples(t.graph(), 3);
  QuantizeOptions options;
  options.max_drop = 100;
  auto report = Quantize(data, options, nullptr, &t.graph());
  ASSERT_TRUE(report.ok()) << report.status().message();
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_THAT(report->notes[0], HasSubstr("stays in float"));
  EXPECT_EQ(report->int8_layers, 1);
}

}  // namespace
}  // namespace linnet::converter
