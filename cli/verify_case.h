// One folder of ONNX's backend tests: model.onnx, test_data_set_*/input_N.pb and output_N.pb.
#ifndef LINNET_CLI_VERIFY_CASE_H_
#define LINNET_CLI_VERIFY_CASE_H_

#include <string>

#include "converter/evaluate.h"

namespace linnet::cli {

// ONNX's tolerances: |found - expected| <= kAbsoluteTolerance + kRelativeTolerance * |expected|; NaN equals NaN.
constexpr double kRelativeTolerance = 1e-3;
constexpr double kAbsoluteTolerance = 1e-5;

// Ok if type and shape are equal and all values within the tolerances. Errors: kInvalidArgument, what differs.
Status CompareTensors(const converter::HostTensor& expected, const Tensor& found);

// Converts the case's model in memory, runs every data set and compares the outputs. The error says what is wrong.
Status RunCase(const std::string& folder);

}  // namespace linnet::cli

#endif  // LINNET_CLI_VERIFY_CASE_H_
