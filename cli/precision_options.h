// Options of `convert` that choose how weights and activations are stored, and where data for that comes from.
#ifndef LINNET_CLI_PRECISION_OPTIONS_H_
#define LINNET_CLI_PRECISION_OPTIONS_H_

#include <string>
#include <vector>

#include "cli/calibration_data.h"
#include "cli/command_line.h"
#include "converter/convert.h"

namespace linnet::cli {

struct PrecisionArguments {
  bool int8 = false, dynamic = false, fp16 = false;
  CalibrationOptions data;
  std::string color;  // "": not said
  std::string range = "auto";
  double max_drop = converter::QuantizeOptions().max_drop;
  std::vector<std::string> keep_float;
};

// REQUIRES: arguments that outlive the program.
void AddPrecisionOptions(const Subcommand& command, PrecisionArguments* arguments);

// Errors: kInvalidArgument (--int8 without --calibrate, or options that do not go together).
Status ApplyPrecisionOptions(const PrecisionArguments& arguments, converter::ConvertOptions* options);

}  // namespace linnet::cli

#endif  // LINNET_CLI_PRECISION_OPTIONS_H_
