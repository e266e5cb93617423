#include "cli/calibration_data.h"

#include "cli/npy.h"
#include "converter/tensor_values.h"
#include "tests/cli/cli_test.h"

namespace linnet::cli {
namespace {

using converter::DeclaredInput;
using converter::HostTensor;
using converter::RandomTensor;
using ::testing::HasSubstr;

const DeclaredInput kImage = {"image", ElementType::kFloat32, {1, 1, 8, 8}};
const DeclaredInput kFree = {"image", ElementType::kFloat32, {-1, 1, 8, -1}};

class CalibrationDataTest : public testing::CliTest {
 protected:
  std::string Write(const std::string& name, ElementType type, const Shape& shape) {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    const HostTensor tensor = RandomTensor("", type, shape, 1);
    EXPECT_TRUE(WriteNpy(Path(name), type, shape, tensor.bytes.data(), tensor.bytes.size()).ok());
    return Path(name);
  }
  static Result<converter::CalibrationData> Load(const std::string& path, const std::vector<DeclaredInput>& inputs) {
    CalibrationOptions options;
    options.calibrate = options.validate = path;
    return LoadCalibrationData(options, inputs);
  }
  static void ExpectError(const std::string& path, const std::vector<DeclaredInput>& inputs, const std::string& text) {
    auto data = Load(path, inputs);
    ASSERT_FALSE(data.ok());
    EXPECT_THAT(data.status().message(), HasSubstr(text));
  }
};

TEST_F(CalibrationDataTest, SplitsBatches) {
  struct {
    DeclaredInput input;
    Shape batch;
    size_t samples;
    Shape sample;
  } const kCases[] = {
      {kImage, {5, 1, 8, 8}, 5, {1, 1, 8, 8}},
      {kImage, {5, 1, 1, 8, 8}, 5, {1, 1, 8, 8}},
      {kFree, {4, 1, 8, 12}, 4, {1, 1, 8, 12}},
      {kFree, {4, 2, 1, 8, 12}, 4, {2, 1, 8, 12}},
      {{"x", ElementType::kFloat32, {2, 3}}, {6, 3}, 3, {2, 3}},
      {{"x", ElementType::kFloat32, {}}, {7}, 7, {}},
  };
  for (const auto& c : kCases) {
    auto samples = SplitBatch(RandomTensor("", ElementType::kFloat32, c.batch, 1), c.input, "f");
    ASSERT_TRUE(samples.ok()) << samples.status().message();
    ASSERT_EQ(samples->size(), c.samples);
    EXPECT_EQ((*samples)[0].shape, c.sample);
    EXPECT_EQ((*samples)[0].bytes.size(), static_cast<size_t>(c.sample.elements()) * 4);
  }
}

TEST_F(CalibrationDataTest, RefusesWhatDoesNotFit) {
  for (const Shape& shape : {Shape{5, 1, 8, 9}, Shape{8, 8}, Shape{0, 1, 8, 8}, Shape{3, 3, 8, 8}}) {
    ExpectError(Write("bad.npy", ElementType::kFloat32, shape), {kImage}, "wants float32 [1, 1, 8, 8]");
  }
  ExpectError(Write("bytes.npy", ElementType::kUint8, {1, 1, 8, 8}), {kImage}, "found uint8 [1, 1, 8, 8]");
  ExpectError(Path("missing.npy"), {kImage}, "missing.npy");
  std::filesystem::create_directory(Path("empty"));
  ExpectError(Path("empty"), {kImage}, "no pictures or arrays");
}

TEST_F(CalibrationDataTest, ReadsFoldersOfPicturesAndArrays) {
  auto pictures = Load(Digits("images"), {kImage});
  ASSERT_TRUE(pictures.ok()) << pictures.status().message();
  EXPECT_EQ(pictures->calibration.samples.size(), 10u);
  EXPECT_THAT(pictures->calibration.names[3], HasSubstr("3.png"));
  Write("folder/a.npy", ElementType::kFloat32, {1, 1, 8, 8});
  Write("folder/b.npy", ElementType::kFloat64, {1, 1, 8, 8});  // NumPy's default type
  auto arrays = Load(Path("folder"), {kImage});
  ASSERT_TRUE(arrays.ok()) << arrays.status().message();
  EXPECT_EQ(arrays->calibration.samples.size(), 2u);
  EXPECT_EQ(arrays->calibration.samples[1][0].type, ElementType::kFloat32);
}

TEST_F(CalibrationDataTest, SeveralInputsComeByName) {
  const std::vector<DeclaredInput> inputs = {{"a", ElementType::kFloat32, {1, 2}}, {"b", ElementType::kInt64, {1}}};
  Write("two/a.npy", ElementType::kFloat32, {3, 2});
  Write("two/b/1.npy", ElementType::kInt64, {1});
  Write("two/b/2.npy", ElementType::kInt64, {1});
  ExpectError(Path("two"), inputs, "3 samples for input 'a', 2 for input 'b'");
  Write("two/b/3.npy", ElementType::kInt64, {1});
  auto data = Load(Path("two"), inputs);
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->calibration.samples.size(), 3u);
  EXPECT_EQ(data->calibration.samples[0].size(), 2u);
  ExpectError(Digits("images"), inputs, "neither a folder 'a' nor 'a.npy'");
  ExpectError(Digits("held_out.npz"), inputs, "no array for input 'a'");
}

TEST_F(CalibrationDataTest, HoldsAFifthOut) {
  CalibrationOptions options;
  options.calibrate = Write("batch.npy", ElementType::kFloat32, {12, 1, 8, 8});
  auto data = LoadCalibrationData(options, {kImage});
  ASSERT_TRUE(data.ok());
  EXPECT_EQ(data->calibration.samples.size(), 10u);
  EXPECT_EQ(data->held_out.samples.size(), 2u);
}

}  // namespace
}  // namespace linnet::cli
