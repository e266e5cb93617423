// A converted model against an independent engine.
#ifndef LINNET_CLI_REFERENCE_H_
#define LINNET_CLI_REFERENCE_H_

#include <string>

#include "converter/convert.h"

namespace linnet::cli {

// Runs the ONNX file in ONNX Runtime, through Python (LINNET_PYTHON, else python3) with the packages numpy and
// onnxruntime, and the converted model in Linnet, on the same inputs (samples where given, else random). Returns the
// largest error of any output relative to that output's largest magnitude; infinite if a shape or type differs.
// Errors: kIoError (no Python, no packages, no temporary folder), and those of Model and Session.
Result<double> CompareWithOnnxRuntime(const std::string& onnx_path, const converter::Bytes& converted,
                                      const converter::ConvertOptions& options);

}  // namespace linnet::cli

#endif  // LINNET_CLI_REFERENCE_H_
