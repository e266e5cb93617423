#include "converter/quantizer/arrange_data.h"

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

struct Given {
  PassTest t;
  ConvertOptions options;
  CalibrationData data;

  explicit Given(const Shape& sample) {
    t.Output(t.Op(OpCode::Abs, {t.Input({1, 2, 3, 4}, {"n", "", "", ""})}));
    EXPECT_TRUE(InferShapes(&t.graph()).ok());
    data.calibration.samples = {{RandomTensor("x", ElementType::kFloat32, sample, 1)}};
    data.calibration.names = {"a.npy"};
    options.load_data = [this](const std::vector<DeclaredInput>& inputs) -> Result<CalibrationData> {
      EXPECT_EQ(inputs.size(), 1u);
      EXPECT_EQ(inputs[0].shape, Shape({-1, 2, 3, 4}));
      return CalibrationData(data);
    };
  }
};

TEST(ArrangeDataTest, TurnsPicturesWhereTheGraphTakesThemChannelsLast) {
  Given given({5, 2, 3, 4});
  given.options.input_nhwc = true;
  auto data = ArrangeData(given.t.graph(), given.options);
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->calibration.samples[0][0].shape, Shape({5, 3, 4, 2}));
}

TEST(ArrangeDataTest, NamesWhatDoesNotFit) {
  Given given({5, 2, 3, 5});
  auto refused = ArrangeData(given.t.graph(), given.options);
  const Status& status = refused.status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("'a.npy': input 'x' wants float32"));
  Given two({5, 2, 3, 4});
  two.data.calibration.samples[0].push_back(two.data.calibration.samples[0][0]);
  EXPECT_THAT(ArrangeData(two.t.graph(), two.options).status().message(), HasSubstr("2 values for 1 inputs"));
}

TEST(ArrangeDataTest, StatesBeginWithZeros) {
  PassTest t;
  const ValueId x = t.Input({1, 2}), state = t.Input({1, 2});
  const ValueId y = t.Binary(OpCode::Add, x, state);
  t.Output(y);
  t.graph().states.push_back({y, state});
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  ConvertOptions options;
  options.load_data = [](const std::vector<DeclaredInput>& inputs) -> Result<CalibrationData> {
    EXPECT_EQ(inputs.size(), 1u);
    CalibrationData data;
    data.calibration.samples = {{RandomTensor("x", ElementType::kFloat32, {1, 2}, 1)}};
    data.calibration.names = {"a.npy"};
    return data;
  };
  auto data = ArrangeData(t.graph(), options);
  ASSERT_TRUE(data.ok()) << data.status().message();
  ASSERT_EQ(data->calibration.samples[0].size(), 2u);
  EXPECT_EQ(data->calibration.samples[0][1].bytes, std::vector<uint8_t>(8, 0));
}

}  // namespace
}  // namespace linnet::converter
