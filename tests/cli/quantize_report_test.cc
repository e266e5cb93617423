#include "cli/quantize_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

converter::QuantizeReport Example() {
  converter::QuantizeReport report;
  converter::LayerReport layer;
  layer.name = "conv1";
  layer.op = "Conv2D";
  layer.int8 = true;
  layer.lo = 0;
  layer.hi = 6;
  layer.method = "mse";
  layer.saturation = 0.01;
  layer.sqnr_db = 40;
  layer.own_sqnr_db = 50;
  layer.bias_corrected = true;
  report.layers.push_back(layer);
  layer = converter::LayerReport();
  layer.name = "head";
  layer.op = "MatMul";
  layer.reason = "hurts most";
  report.layers.push_back(layer);
  report.int8_layers = report.float_layers = 1;
  report.max_drop = 1;
  converter::Comparison comparison;
  comparison.set = "held-out";
  comparison.samples = 7;
  comparison.outputs.push_back({"scores", 1, 100, 7, 2});
  report.comparisons.push_back(comparison);
  return report;
}

TEST(QuantizeReportTest, PrintsLayersAndComparisons) {
  std::ostringstream out;
  PrintQuantizeReport(Example(), out);
  EXPECT_THAT(out.str(), HasSubstr("1 layers in int8, 1 in float"));
  EXPECT_THAT(out.str(), HasSubstr("[0, 6]"));
  EXPECT_THAT(out.str(), HasSubstr("1.000 %  bias corrected"));
  EXPECT_THAT(out.str(), HasSubstr("float: hurts most"));
  EXPECT_THAT(out.str(), HasSubstr("20.0 dB, 2 of 7 predictions change (7 samples)"));
  EXPECT_THAT(out.str(), Not(HasSubstr("more than")));
}

TEST(QuantizeReportTest, SaysWhenTheBudgetIsExceeded) {
  converter::QuantizeReport report = Example();
  report.within_drop = false;
  std::ostringstream out;
  PrintQuantizeReport(report, out);
  EXPECT_THAT(out.str(), HasSubstr("more than 1 % of the predictions change"));
}

TEST(QuantizeReportTest, JsonHoldsTheSame) {
  const auto json = QuantizeReportJson(Example());
  EXPECT_EQ(json["layers"][0]["chosen_by"], "mse");
  EXPECT_EQ(json["layers"][0]["range"][1], 6);
  EXPECT_EQ(json["layers"][1]["reason"], "hurts most");
  EXPECT_NEAR(json["comparisons"][0]["outputs"][0]["drop"].get<double>(), 200.0 / 7, 1e-9);
}

}  // namespace
}  // namespace linnet::cli
