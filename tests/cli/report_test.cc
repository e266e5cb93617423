#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

converter::ConvertReport MakeReport() {
  converter::ConvertReport report;
  report.passes = {{"fold_constants", 10, 7}, {"layout", 7, 7}};
  report.ops_imported = 10;
  report.ops_written = 7;
  report.ops = {{"Conv2D", 3}, {"Transpose", 4}};
  report.fused = {"fused Relu 'r1' into Conv2D 'c1'"};
  report.transposes = {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"};
  report.macs = 2500000;
  report.arena_bytes = 2048;
  report.live_set_bytes = 2000;
  report.checked = true;
  report.largest_error = 1e-7;
  report.worst_layer = "c1";
  return report;
}

TEST(PrintReport, SaysWhatWasDone) {
  std::ostringstream out;
  PrintReport(MakeReport(), out);
  for (const char* part :
       {"10 imported, 7 written (Conv2D 3, Transpose 4)", "fold_constants", "fused Relu", "transposes  9: t0, t1",
        "t7, ...", "2.5 million", "2048 bytes (2.0 KiB)", "1e-07", "'c1'"}) {
    EXPECT_THAT(out.str(), HasSubstr(part));
  }
  EXPECT_THAT(out.str(), Not(HasSubstr("layout"))) << "a pass that changed nothing is left out";
  EXPECT_THAT(out.str(), Not(HasSubstr("t8")));
}

TEST(PrintReport, SaysThatTheCheckDidNotRun) {
  converter::ConvertReport report = MakeReport();
  report.checked = false;
  std::ostringstream out;
  PrintReport(report, out);
  EXPECT_THAT(out.str(), HasSubstr("self-check  not run"));
  report.why_unchecked = "node 'g': index 9";
  PrintReport(report, out);
  EXPECT_THAT(out.str(), HasSubstr("not possible with random inputs: give values with --sample. node 'g': index 9"));
}

TEST(ReportJson, HasEveryField) {
  const auto json = nlohmann::json::parse(ReportJson(MakeReport()));
  EXPECT_EQ(json["passes"][0]["name"], "fold_constants");
  EXPECT_EQ(json["passes"][0]["ops_before"], 10);
  EXPECT_EQ(json["passes"][0]["ops_after"], 7);
  EXPECT_EQ(json["ops"]["Transpose"], 4);
  EXPECT_EQ(json["transposes"].size(), 9u);
  EXPECT_EQ(json["macs"], 2500000);
  EXPECT_EQ(json["worst_layer"], "c1");
}

TEST(ReportJson, SurvivesNamesThatAreNoText) {
  converter::ConvertReport report = MakeReport();
  report.worst_layer = "\xff\xfe";
  EXPECT_TRUE(nlohmann::json::accept(ReportJson(report)));
}

}  // namespace
}  // namespace linnet::cli
