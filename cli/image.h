// Pictures as input tensors.
#ifndef LINNET_CLI_IMAGE_H_
#define LINNET_CLI_IMAGE_H_

#include <string>
#include <vector>

#include "converter/evaluate.h"

namespace linnet::cli {

enum class ColorOrder { kRgb, kBgr };

// How pixels become numbers: float tensors hold (pixel / 255 - mean[c]) / std[c], uint8 tensors the pixel, int8 tensors
// the pixel - 128.
struct ImageOptions {
  ColorOrder color = ColorOrder::kRgb;
  std::vector<float> mean;  // one number, or one for each channel; none: 0
  std::vector<float> std;   // likewise; none: 1
};

// True if the file's name ends in .png, .jpg or .jpeg.
bool IsImagePath(const std::string& path);

// Reads a PNG or JPEG file into a tensor of the given type and shape: [1, c, h, w], [c, h, w], [1, h, w, c] or
// [h, w, c], where c is 1 (gray) or 3, the first that fits. Negative h or w take the picture's. Resizing averages areas
// where sizes divide, and otherwise filters linearly (a triangle as wide as the scale, as Pillow's BILINEAR).
// Errors: kNotFound / kIoError (path), kInvalidArgument (no picture; a type or shape that no picture fills).
Result<converter::HostTensor> ReadImage(const std::string& path, ElementType type, const Shape& shape,
                                        const ImageOptions& options);

}  // namespace linnet::cli

#endif  // LINNET_CLI_IMAGE_H_
