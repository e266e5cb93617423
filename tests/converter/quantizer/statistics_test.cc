#include "converter/quantizer/statistics.h"

#include <cmath>
#include <cstring>

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

Sample Floats(const std::vector<float>& values, const Shape& shape) {
  HostTensor tensor{"x", ElementType::kFloat32, shape, std::vector<uint8_t>(values.size() * sizeof(float))};
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return {tensor};
}

struct Twice {
  PassTest t;
  ValueId x, y;
  Twice() {
    x = t.Input({2, 2});
    y = t.Binary(OpCode::Mul, x, t.Scalar(2));
    t.Output(y);
    EXPECT_TRUE(InferShapes(&t.graph()).ok());
  }
};

TEST(StatisticsTest, HoldsRangesAndMeansByChannel) {
  Twice twice;
  const SampleSet set = {{Floats({1, -2, 3, 4}, {2, 2}), Floats({5, 0, 0, -6}, {2, 2})}, {"a", "b"}, ""};
  auto statistics = CollectStatistics(twice.t.graph(), {twice.y}, set, nullptr);
  ASSERT_TRUE(statistics.ok()) << statistics.status().message();
  const TensorStatistics& y = statistics->at(twice.y);
  EXPECT_EQ(y.least, -12);
  EXPECT_EQ(y.most, 10);
  EXPECT_THAT(y.channel_least, ElementsAre(0, -12));
  EXPECT_THAT(y.channel_most, ElementsAre(10, 8));
  EXPECT_THAT(y.channel_mean, ElementsAre(4.5, -2));
  EXPECT_EQ(y.rows, 4u);
  EXPECT_FALSE(y.constant());
}

TEST(StatisticsTest, ShapesMayChangeFromSampleToSample) {
  PassTest t;
  const ValueId x = t.Input({1, 2}, {"", "n"});
  const ValueId y = t.Op(OpCode::Abs, {x});
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const SampleSet set = {{Floats({1, -2}, {1, 2}), Floats({5, 0, -7}, {1, 3})}, {"a", "b"}, ""};
  auto statistics = CollectStatistics(t.graph(), {y}, set, nullptr);
  ASSERT_TRUE(statistics.ok()) << statistics.status().message();
  EXPECT_EQ(statistics->at(y).most, 7);
  EXPECT_TRUE(statistics->at(y).channel_most.empty());
}

TEST(StatisticsTest, NamesTensorNodeAndSampleOfANan) {
  PassTest t;
  const ValueId y = t.Op(OpCode::Log, {t.Input({2, 2})});
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const SampleSet set = {{Floats({1, 2, 3, 4}, {2, 2}), Floats({1, -1, 1, 1}, {2, 2})}, {"good.npy", "bad.npy"}, ""};
  auto refused = CollectStatistics(t.graph(), {y}, set, nullptr);
  const Status& status = refused.status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("bad.npy"));
  EXPECT_THAT(status.message(), HasSubstr("Log 'Log'"));
}

TEST(StatisticsTest, HistogramsOfAGroupHoldAllItsTensors) {
  Twice twice;
  const SampleSet set = {{Floats({1, -2, 3, 4}, {2, 2})}, {"a"}, ""};
  auto histograms = CollectHistograms(twice.t.graph(), {{twice.x, twice.y}}, {{-4, 8}}, set, nullptr);
  ASSERT_TRUE(histograms.ok()) << histograms.status().message();
  ASSERT_EQ(histograms->size(), 1u);
  EXPECT_EQ((*histograms)[0].total(), 8u);
}

}  // namespace
}  // namespace linnet::converter
