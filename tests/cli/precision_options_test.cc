#include "cli/precision_options.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/npz.h"
#include "linnet/linnet.h"
#include "tests/cli/cli_test.h"

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;

class PrecisionTest : public testing::CliTest {
 protected:
  // Percent of the held-out digits that the model gets right.
  double Accuracy(const std::string& path) {
    auto arrays = ReadNpz(Digits("held_out.npz"));
    auto model = Model::Open(path.c_str());
    EXPECT_TRUE(arrays.ok() && model.ok());
    auto session = Session::Create(*model);
    EXPECT_TRUE(session.ok());
    const converter::HostTensor &images = (*arrays)[0], &labels = (*arrays)[1];
    const int64_t count = images.shape[0];
    int64_t right = 0;
    for (int64_t i = 0; i < count; ++i) {
      const Tensor& input = *session->Input(0);
      std::memcpy(input.raw_data(), &images.bytes[static_cast<size_t>(i) * input.bytes()], input.bytes());
      EXPECT_TRUE(session->Run().ok());
      const float* scores = session->Output(0)->data<float>();
      int64_t label;
      std::memcpy(&label, &labels.bytes[static_cast<size_t>(i) * sizeof label], sizeof label);
      right += std::max_element(scores, scores + 10) - scores == label;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(count);
  }

  testing::Outcome Convert(std::vector<std::string> options) {
    options.insert(options.begin(), {"convert", Digits("digits.onnx"), "-o", Path("out.linnet")});
    return testing::RunCli(options);
  }
};

TEST_F(PrecisionTest, Int8DigitsAreAsAccurateAsFloat) {
  const double exact = Accuracy(ConvertDigits());
  EXPECT_GT(exact, 99);
  const testing::Outcome outcome = Convert({"--int8", "--calibrate", Digits("calibration.npz"), "--validate",
                                            Digits("held_out.npz"), "--report", Path("report.json")});
  ASSERT_EQ(outcome.status, kExitOk) << outcome.err;
  EXPECT_GE(Accuracy(Path("out.linnet")), exact - 0.3);
  EXPECT_THAT(outcome.out, HasSubstr("held-out"));

  const auto report = nlohmann::json::parse(ReadText("report.json"))["quantization"];
  EXPECT_GE(report["int8_layers"], 9);
  EXPECT_EQ(report["within_drop"], true);
  ASSERT_EQ(report["comparisons"].size(), 2u);
  EXPECT_EQ(report["comparisons"][1]["samples"], 256);
  for (const auto& layer : report["layers"]) {
    if (layer["int8"] == true) {
      EXPECT_GT(layer["sqnr_db"], 10) << layer;
    }
  }
}

TEST_F(PrecisionTest, HalfPrecisionHalvesTheFile) {
  ConvertDigits();
  const testing::Outcome outcome = Convert({"--fp16", "--validate", Digits("held_out.npz")});
  ASSERT_EQ(outcome.status, kExitOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("weights in half precision"));
  EXPECT_THAT(outcome.out, HasSubstr("held-out"));
  EXPECT_LT(std::filesystem::file_size(Path("out.linnet")), 0.7 * static_cast<double>(std::filesystem::file_size(Path("digits.linnet"))));
  EXPECT_EQ(Accuracy(Path("out.linnet")), Accuracy(Path("digits.linnet")));
}

TEST_F(PrecisionTest, DynamicDigitsAreAsAccurateAsFloat) {
  ConvertDigits();
  const testing::Outcome outcome = Convert({"--dynamic", "--validate", Digits("held_out.npz")});
  ASSERT_EQ(outcome.status, kExitOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 matrix products with int8 weights"));
  EXPECT_GE(Accuracy(Path("out.linnet")), Accuracy(Path("digits.linnet")) - 0.3);
}

TEST_F(PrecisionTest, TheModelSaysHowPicturesAreRead) {
  const testing::Outcome outcome = Convert({"--int8", "--calibrate", Digits("images"), "--mean", "0.25", "--std", "0.5"});
  ASSERT_EQ(outcome.status, kExitOk) << outcome.err;
  const auto json = nlohmann::json::parse(testing::RunCli({"inspect", Path("out.linnet"), "--json"}).out);
  ASSERT_EQ(json["pictures"].size(), 1u);
  EXPECT_EQ(json["pictures"][0]["input"], "image");
  EXPECT_EQ(json["pictures"][0]["mean"][0], 0.25);
  const std::string picture = "image=" + Digits("images/3.png");
  const std::string described = testing::RunCli({"run", Path("out.linnet"), "--input", picture}).out;
  const std::string given =
      testing::RunCli({"run", Path("out.linnet"), "--input", picture, "--mean", "0.25", "--std", "0.5"}).out;
  const std::string other =
      testing::RunCli({"run", Path("out.linnet"), "--input", picture, "--mean", "0", "--std", "1"}).out;
  EXPECT_EQ(described, given);
  EXPECT_NE(described, other);
}

TEST_F(PrecisionTest, NamedNodesStayInFloat) {
  const testing::Outcome outcome = Convert({"--int8", "--calibrate", Digits("images"), "--keep-float", "no_such_node"});
  EXPECT_EQ(outcome.status, kExitUsage);
  EXPECT_THAT(outcome.err, HasSubstr("no_such_node"));
}

TEST_F(PrecisionTest, OptionsThatDoNotGoTogetherAreErrors) {
  const struct {
    std::vector<std::string> options;
    std::string message;
  } kCases[] = {
      {{"--int8"}, "--int8 wants --calibrate"},
      {{"--int8", "--fp16", "--calibrate", "x"}, "exclude each other"},
      {{"--calibrate", "x"}, "go with --int8"},
      {{"--fp16", "--keep-float", "x"}, "goes with --int8"},
      {{"--dynamic", "--range", "mse"}, "--range goes with --int8"},
      {{"--int8", "--calibrate", "no/such/file.npy"}, "no/such/file.npy"},
      {{"--int8", "--calibrate", Digits("images"), "--range", "best"}, "--range"},
      {{"--int8", "--calibrate", Digits("images"), "--max-drop", "101"}, "--max-drop"},
  };
  for (const auto& c : kCases) {
    const testing::Outcome outcome = Convert(c.options);
    EXPECT_NE(outcome.status, kExitOk) << c.message;
    EXPECT_THAT(outcome.err, HasSubstr(c.message));
    EXPECT_FALSE(std::filesystem::exists(Path("out.linnet")));
  }
}

}  // namespace
}  // namespace linnet::cli
