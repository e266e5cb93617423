// Data that quantisation is calibrated and judged by, from files.
#ifndef LINNET_CLI_CALIBRATION_DATA_H_
#define LINNET_CLI_CALIBRATION_DATA_H_

#include <string>
#include <vector>

#include "cli/image.h"
#include "converter/convert.h"

namespace linnet::cli {

struct CalibrationOptions {
  std::string calibrate, validate;  // paths; validate "": a fifth of the calibration data is held out
  ImageOptions image;
};

// Reads samples of all inputs. A path is
//   - a folder of pictures (.png, .jpg) and .npy files, each one sample;
//   - a .npy file: a batch of samples;
//   - a .npz file: a batch for each input, under its name (or under any, where there is one input);
//   - where there are several inputs, a folder with NAME.npy, or a folder NAME, for each.
// A batch is split along its first axis: into pieces of the input's own first size, of one where that is free; an array
// with one dimension more than the input holds whole samples.
// Errors: kInvalidArgument that names the file (no data; counts that differ between inputs), and those of reading.
Result<converter::CalibrationData> LoadCalibrationData(const CalibrationOptions& options,
                                                       const std::vector<converter::DeclaredInput>& inputs);

// The samples that are in one array for an input, as above.
Result<std::vector<converter::HostTensor>> SplitBatch(const converter::HostTensor& batch,
                                                      const converter::DeclaredInput& input, const std::string& name);

}  // namespace linnet::cli

#endif  // LINNET_CLI_CALIBRATION_DATA_H_
