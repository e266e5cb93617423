// Classifies a picture of a handwritten digit.
//   linnet_digits digits.linnet 7.png
#include <algorithm>
#include <cstdio>

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

#include "linnet/linnet.h"

namespace {

constexpr int kSize = 8;     // the network sees [1, 1, 8, 8]
constexpr int kDigits = 10;  // and answers [1, 10]

int Fail(const char* message) {
  std::fprintf(stderr, "linnet_digits: %s\n", message);
  return 1;
}

// Reads a gray picture of 8 x 8 pixels, or any multiple, into values from 0 to 1.
bool ReadPixels(const char* path, float* pixels) {
  int width, height, channels;
  stbi_uc* image = stbi_load(path, &width, &height, &channels, /*desired_channels=*/1);
  const bool fits = image != nullptr && width == height && width % kSize == 0;
  for (int y = 0; fits && y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      const int step = width / kSize;  // the middle pixel of each step x step square
      pixels[y * kSize + x] = image[(y * step + step / 2) * width + x * step + step / 2] / 255.0f;
    }
  }
  stbi_image_free(image);
  return fits;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return Fail("usage: linnet_digits MODEL.linnet IMAGE.png");
  auto model = linnet::Model::Open(argv[1]);
  if (!model.ok()) return Fail(model.message());
  auto session = linnet::Session::Create(*model);
  if (!session.ok()) return Fail(session.message());

  float* pixels = session->Input(0)->data<float>();
  if (pixels == nullptr || session->Input(0)->shape() != linnet::Shape{1, 1, kSize, kSize}) {
    return Fail("the model does not take 8 x 8 pixels: convert digits.onnx");
  }
  if (!ReadPixels(argv[2], pixels)) return Fail("the image is no PNG of 8 x 8 pixels, or a multiple");
  if (linnet::Status status = session->Run(); !status.ok()) return Fail(status.message());

  const float* scores = session->Output(0)->data<float>();
  std::printf("%d\n", static_cast<int>(std::max_element(scores, scores + kDigits) - scores));
  return 0;
}
