#include "cli/image.h"

#include <cstring>

#include "cli_test.h"
#include "converter/tensor_values.h"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;

class ImageTest : public testing::CliTest {
 protected:
  std::string WritePng(int width, int height, int channels, const std::vector<uint8_t>& pixels) const {
    const std::string path = Path("picture.png");
    EXPECT_NE(stbi_write_png(path.c_str(), width, height, channels, pixels.data(), width * channels), 0);
    return path;
  }
  // The values that the picture gives a float tensor.
  static std::vector<double> Read(const std::string& path, const Shape& shape, const ImageOptions& options = {}) {
    Result<converter::HostTensor> tensor = ReadImage(path, ElementType::kFloat32, shape, options);
    if (!tensor.ok()) {
      ADD_FAILURE() << tensor.message();
      return {};
    }
    return converter::ToDoubles(tensor->type, tensor->bytes.data(), tensor->bytes.size() / 4);
  }
};

// One row of two pixels: (255, 51, 0) and (0, 102, 255).
const std::vector<uint8_t> kTwoPixels = {255, 51, 0, 0, 102, 255};

MATCHER_P(FloatsNear, expected, "") {
  if (arg.size() != expected.size()) return false;
  for (size_t i = 0; i < arg.size(); ++i) {
    if (std::abs(arg[i] - expected[i]) > 1e-5) return false;
  }
  return true;
}
using Values = std::vector<double>;

TEST_F(ImageTest, FillsBothLayouts) {
  const std::string path = WritePng(2, 1, 3, kTwoPixels);
  EXPECT_THAT(Read(path, {1, 3, 1, 2}), FloatsNear(Values{1, 0, 0.2, 0.4, 0, 1}));
  EXPECT_THAT(Read(path, {3, 1, 2}), FloatsNear(Values{1, 0, 0.2, 0.4, 0, 1}));
  // [1, 1, 2, 3] reads as one channel, not as rows of three: grey is (77 r + 150 g + 29 b) / 256, rounded down.
  const double left = 106 / 255.0, right = 88 / 255.0, middle = (left + right) / 2;
  EXPECT_THAT(Read(path, {1, 1, 2, 3}), FloatsNear(Values{left, middle, right, left, middle, right}));
  const std::string tall = WritePng(2, 2, 3, {255, 51, 0, 0, 102, 255, 0, 0, 0, 255, 255, 255});
  EXPECT_THAT(Read(tall, {1, 2, 2, 3}), FloatsNear(Values{1, 0.2, 0, 0, 0.4, 1, 0, 0, 0, 1, 1, 1}));
}

TEST_F(ImageTest, SwapsColoursAndNormalises) {
  const std::string path = WritePng(2, 1, 3, kTwoPixels);
  ImageOptions options;
  options.color = ColorOrder::kBgr;
  EXPECT_THAT(Read(path, {1, 3, 1, 2}, options), FloatsNear(Values{0, 1, 0.2, 0.4, 1, 0}));
  options.color = ColorOrder::kRgb;
  options.mean = {0.5f, 0.2f, 0};
  options.std = {0.5f, 0.2f, 2};
  EXPECT_THAT(Read(path, {1, 3, 1, 2}, options), FloatsNear(Values{1, -1, 0, 1, 0, 0.5}));
  options.mean = {0.5f};
  options.std = {0.5f};
  EXPECT_THAT(Read(path, {1, 3, 1, 2}, options), FloatsNear(Values{1, -1, -0.6, -0.2, -1, 1}));
}

TEST_F(ImageTest, FillsBytes) {
  const std::string path = WritePng(2, 1, 1, {0, 200});
  Result<converter::HostTensor> unsigned_bytes = ReadImage(path, ElementType::kUint8, {1, 1, 1, 2}, {});
  ASSERT_TRUE(unsigned_bytes.ok());
  EXPECT_EQ(unsigned_bytes->bytes, (std::vector<uint8_t>{0, 200}));
  Result<converter::HostTensor> signed_bytes = ReadImage(path, ElementType::kInt8, {1, 1, 1, 2}, {});
  ASSERT_TRUE(signed_bytes.ok());
  EXPECT_EQ(signed_bytes->bytes, (std::vector<uint8_t>{0x80, 72}));
}

TEST_F(ImageTest, AveragesAreasWhereSizesDivide) {
  const std::string path = WritePng(4, 2, 1, {0, 100, 255, 255, 100, 200, 255, 255});
  EXPECT_THAT(Read(path, {1, 1, 1, 2}), FloatsNear(Values{100.0 / 255, 1}));
}

TEST_F(ImageTest, KeepsAnEvenColourAtAnySize) {
  const std::string path = WritePng(3, 3, 1, std::vector<uint8_t>(9, 51));
  for (const Shape& shape : {Shape{1, 1, 2, 2}, Shape{1, 1, 7, 5}, Shape{1, 1, 1, 1}}) {
    EXPECT_THAT(Read(path, shape), FloatsNear(Values(static_cast<size_t>(shape.elements()), 0.2)));
  }
}

TEST_F(ImageTest, SymbolicSizesTakeThePictures) {
  const std::string path = WritePng(5, 4, 1, std::vector<uint8_t>(20, 1));
  Result<converter::HostTensor> tensor = ReadImage(path, ElementType::kFloat32, {-1, 3, -1, -1}, {});
  ASSERT_TRUE(tensor.ok()) << tensor.message();
  EXPECT_EQ(tensor->shape, (Shape{1, 3, 4, 5}));
}

TEST_F(ImageTest, RefusesTensorsThatNoPictureFills) {
  const std::string path = WritePng(1, 1, 1, {0});
  for (const Shape& shape : {Shape{}, Shape{1, 10}, Shape{2, 3, 4, 4}, Shape{1, 7, 7, 7}, Shape{1, 3, 0, 4}}) {
    Result<converter::HostTensor> tensor = ReadImage(path, ElementType::kFloat32, shape, {});
    ASSERT_FALSE(tensor.ok()) << converter::ShapeText(shape);
    EXPECT_EQ(tensor.status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(ReadImage(path, ElementType::kInt64, {1, 1, 1, 1}, {}).ok());
}

TEST_F(ImageTest, RefusesFilesThatAreNoPictures) {
  const std::string text = WriteText("text.png", "this is no picture");
  Result<converter::HostTensor> tensor = ReadImage(text, ElementType::kFloat32, {1, 1, 1, 1}, {});
  ASSERT_FALSE(tensor.ok());
  EXPECT_THAT(tensor.message(), HasSubstr("text.png"));
  Result<converter::HostTensor> none = ReadImage(Path("none.png"), ElementType::kFloat32, {1, 1, 1, 1}, {});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
}

TEST_F(ImageTest, RefusesWrongNumbersOfMeans) {
  const std::string path = WritePng(1, 1, 3, {0, 0, 0});
  ImageOptions options;
  options.mean = {0.1f, 0.2f};
  Result<converter::HostTensor> tensor = ReadImage(path, ElementType::kFloat32, {1, 3, 1, 1}, options);
  ASSERT_FALSE(tensor.ok());
  EXPECT_THAT(tensor.message(), HasSubstr("--mean has 2 numbers"));
}

TEST(IsImagePath, LooksAtTheEnding) {
  EXPECT_TRUE(IsImagePath("a/b.png"));
  EXPECT_TRUE(IsImagePath("B.JPEG"));
  EXPECT_TRUE(IsImagePath("b.jpg"));
  EXPECT_FALSE(IsImagePath("png"));
  EXPECT_FALSE(IsImagePath("a.png.npy"));
}

}  // namespace
}  // namespace linnet::cli
