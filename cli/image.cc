#include "cli/image.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "converter/file_io.h"
#include "converter/tensor_values.h"
#include "engine/op.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_MAX_DIMENSIONS (1 << 15)
#define STBI_NO_STDIO
#include <stb/stb_image.h>
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>
#pragma GCC diagnostic pop

namespace linnet::cli {
namespace {

using converter::HostTensor;

// Where a tensor keeps its channels, rows and columns.
struct Layout {
  int channel_axis, height_axis, width_axis;
};

bool FindLayout(const Shape& shape, Layout* layout) {
  const int first = shape.rank() == 4 ? 1 : 0;
  if (shape.rank() != first + 3 || (first == 1 && shape[0] != 1 && shape[0] >= 0)) return false;
  const auto is_channels = [](int64_t size) { return size == 1 || size == 3; };
  if (is_channels(shape[first])) {
    *layout = {first, first + 1, first + 2};
  } else if (is_channels(shape[first + 2])) {
    *layout = {first + 2, first, first + 1};
  } else {
    return false;
  }
  return true;
}

// Interleaved floats from 0 to 255.
struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<float> pixels;
};

Result<Picture> Decode(const std::string& path, int channels) {
  Result<std::vector<uint8_t>> file = converter::ReadFile(path);
  if (!file.ok()) return std::move(file.status());
  Picture picture;
  picture.channels = channels;
  int channels_in_file;
  const int size = static_cast<int>(std::min<size_t>(file->size(), INT32_MAX));
  const std::unique_ptr<stbi_uc, void (*)(void*)> decoded(
      stbi_load_from_memory(file->data(), size, &picture.width, &picture.height, &channels_in_file, channels),
      stbi_image_free);
  if (decoded == nullptr) {
    return Status::Error(StatusCode::kInvalidArgument, "'%s' is no PNG or JPEG picture that can be read: %s",
                         path.c_str(), stbi_failure_reason());
  }
  const size_t count = static_cast<size_t>(picture.width) * picture.height * channels;
  picture.pixels.assign(decoded.get(), decoded.get() + count);
  return picture;
}

Result<Picture> Resize(Picture from, int width, int height) {
  if (from.width == width && from.height == height) return from;
  Picture to;
  to.width = width;
  to.height = height;
  to.channels = from.channels;
  to.pixels.resize(static_cast<size_t>(width) * height * to.channels);
  const bool divides = from.width % width == 0 && from.height % height == 0;
  const int done =
      stbir_resize_float_generic(from.pixels.data(), from.width, from.height, 0, to.pixels.data(), width, height, 0,
                                 to.channels, STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP,
                                 divides ? STBIR_FILTER_BOX : STBIR_FILTER_TRIANGLE, STBIR_COLORSPACE_LINEAR, nullptr);
  if (!done) return Status::Error(StatusCode::kOutOfMemory, "no memory to resize a picture to %d x %d", width, height);
  return to;
}

// The number for channel c from a list of none, one or one for each.
float PerChannel(const std::vector<float>& values, int c, float otherwise) {
  return values.empty() ? otherwise : values[values.size() == 1 ? 0 : static_cast<size_t>(c)];
}

void StorePixel(ElementType type, float pixel, float mean, float std, size_t index, uint8_t* bytes) {
  if (type == ElementType::kFloat32) {
    const float value = (pixel / 255 - mean) / std;
    std::memcpy(bytes + index * sizeof(float), &value, sizeof(float));
    return;
  }
  const int rounded = std::clamp(static_cast<int>(pixel + 0.5f), 0, 255);
  bytes[index] = static_cast<uint8_t>(type == ElementType::kInt8 ? rounded - 128 : rounded);
}

void Fill(const Picture& picture, const Layout& layout, const ImageOptions& options, HostTensor* tensor) {
  const Shape& shape = tensor->shape;
  const int rank = shape.rank();
  const int64_t channel_step = shape.Product(layout.channel_axis + 1, rank);
  const int64_t row_step = shape.Product(layout.height_axis + 1, rank);
  const int64_t column_step = shape.Product(layout.width_axis + 1, rank);
  const float* pixel = picture.pixels.data();
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      for (int i = 0; i < picture.channels; ++i) {
        const int c = options.color == ColorOrder::kBgr ? picture.channels - 1 - i : i;
        const int64_t index = c * channel_step + y * row_step + x * column_step;
        StorePixel(tensor->type, *pixel++, PerChannel(options.mean, c, 0), PerChannel(options.std, c, 1),
                   static_cast<size_t>(index), tensor->bytes.data());
      }
    }
  }
}

Status CheckPerChannel(const char* option, const std::vector<float>& values, int channels) {
  if (values.size() <= 1 || values.size() == static_cast<size_t>(channels)) return Status();
  return Status::Error(StatusCode::kInvalidArgument, "%s has %zu numbers, expected one, or one for each of %d channels",
                       option, values.size(), channels);
}

}  // namespace

bool IsImagePath(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = path.substr(dot);
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

Result<HostTensor> ReadImage(const std::string& path, ElementType type, const Shape& shape,
                             const ImageOptions& options) {
  Layout layout;
  const bool typed = type == ElementType::kFloat32 || type == ElementType::kUint8 || type == ElementType::kInt8;
  if (!typed || !FindLayout(shape, &layout)) {
    return Status::Error(StatusCode::kInvalidArgument,
                         "a picture ('%s') cannot fill %s: that takes float32, uint8 or int8 [1, c, h, w] or "
                         "[1, h, w, c] with 1 or 3 channels; give a .npy file",
                         path.c_str(), converter::TypeText(type, shape).c_str());
  }
  const int channels = static_cast<int>(shape[layout.channel_axis]);
  LINNET_RETURN_IF_ERROR(CheckPerChannel("--mean", options.mean, channels));
  LINNET_RETURN_IF_ERROR(CheckPerChannel("--std", options.std, channels));
  Result<Picture> decoded = Decode(path, channels);
  if (!decoded.ok()) return std::move(decoded.status());

  HostTensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  if (shape.rank() == 4) tensor.shape[0] = 1;
  int64_t& height = tensor.shape[layout.height_axis];
  int64_t& width = tensor.shape[layout.width_axis];
  if (height < 0) height = decoded->height;
  if (width < 0) width = decoded->width;
  if (height < 1 || width < 1 || height > STBI_MAX_DIMENSIONS || width > STBI_MAX_DIMENSIONS) {
    return Status::Error(StatusCode::kInvalidArgument,
                         "a picture ('%s') cannot fill %s: each side takes 1 to %d pixels", path.c_str(),
                         converter::TypeText(type, shape).c_str(), STBI_MAX_DIMENSIONS);
  }
  Result<Picture> picture = Resize(std::move(*decoded), static_cast<int>(width), static_cast<int>(height));
  if (!picture.ok()) return std::move(picture.status());
  tensor.bytes.resize(TensorBytes(type, tensor.shape));
  Fill(*picture, layout, options, &tensor);
  return tensor;
}

}  // namespace linnet::cli
