#include "cli/precision_options.h"

namespace linnet::cli {
namespace {

using converter::Precision;
using converter::RangeMethod;

constexpr RangeMethod kMethods[] = {RangeMethod::kAuto, RangeMethod::kMinMax, RangeMethod::kPercentile,
                                    RangeMethod::kEntropy, RangeMethod::kMse};

Status CheckCombination(const PrecisionArguments& arguments) {
  const bool data = !arguments.data.calibrate.empty() || !arguments.data.validate.empty();
  if (arguments.int8 + arguments.dynamic + arguments.fp16 > 1) {
    return Status::Error(StatusCode::kInvalidArgument, "--int8, --dynamic and --fp16 exclude each other");
  }
  if (arguments.int8 && arguments.data.calibrate.empty()) {
    return Status::Error(StatusCode::kInvalidArgument,
                         "--int8 wants --calibrate DATA: inputs from which the ranges of activations are read");
  }
  if (data && !arguments.int8 && !arguments.dynamic && !arguments.fp16) {
    return Status::Error(StatusCode::kInvalidArgument,
                         "--calibrate and --validate go with --int8, --dynamic or --fp16");
  }
  if (!arguments.int8 && arguments.range != "auto") {
    return Status::Error(StatusCode::kInvalidArgument, "--range goes with --int8");
  }
  if (!arguments.int8 && !arguments.dynamic && !arguments.keep_float.empty()) {
    return Status::Error(StatusCode::kInvalidArgument, "--keep-float goes with --int8 or --dynamic");
  }
  return Status();
}

// The data of --calibrate, or of --validate alone, which then is compared on and nothing else.
Result<converter::CalibrationData> Load(const CalibrationOptions& options,
                                        const std::vector<converter::DeclaredInput>& inputs) {
  if (!options.calibrate.empty()) return LoadCalibrationData(options, inputs);
  CalibrationOptions only = options;
  only.calibrate = options.validate;
  Result<converter::CalibrationData> data = LoadCalibrationData(only, inputs);
  if (data.ok()) data->calibration = converter::SampleSet();
  return data;
}

}  // namespace

void AddPrecisionOptions(const Subcommand& command, PrecisionArguments* arguments) {
  command.Flag("--int8", &arguments->int8, "Computes in int8, with ranges of activations from --calibrate");
  command.Flag("--dynamic", &arguments->dynamic,
               "Stores weights of matrix products in int8 and quantises their activations in the run; wants no data");
  command.Flag("--fp16", &arguments->fp16, "Stores weights in half precision");
  command.Value(
      "--calibrate", &arguments->data.calibrate,
      "DATA: a folder of pictures or .npy files, a .npy or .npz batch; several inputs by name: the arrays of a "
      ".npz file, or a folder with NAME.npy or NAME/ for each");
  command.Value("--validate", &arguments->data.validate,
                "DATA to judge the result on; else a fifth of --calibrate is held out for that");
  command.Values("--mean", &arguments->data.image.mean,
                 "Of pictures, subtracted from pixels in 0..1: one number or one a channel; stored in the model");
  command.Values("--std", &arguments->data.image.std, "Of pictures, divides what --mean leaves; stored in the model");
  command.Value("--color", &arguments->color, "Channel order that the model wants, rgb or bgr; stored in the model")
      .OneOf({"rgb", "bgr"});
  command
      .Value("--range", &arguments->range,
             "How ranges of activations are chosen; auto tries all and takes what errs least")
      .OneOf({"auto", "minmax", "percentile", "entropy", "mse"});
  command
      .Value("--max-drop", &arguments->max_drop,
             "Percent of predictions that may change; layers that hurt most stay in float until no more do")
      .ShowDefault()
      .Between(0.0, 100.0);
  command.Values("--keep-float", &arguments->keep_float, "NODE that stays in float; may be repeated");
}

Status ApplyPrecisionOptions(const PrecisionArguments& arguments, converter::ConvertOptions* options) {
  LINNET_RETURN_IF_ERROR(CheckCombination(arguments));
  if (arguments.int8) options->precision = Precision::kInt8;
  if (arguments.dynamic) options->precision = Precision::kDynamic;
  if (arguments.fp16) options->precision = Precision::kFloat16;
  options->quantize.max_drop = arguments.max_drop;
  options->quantize.keep_float = arguments.keep_float;
  for (RangeMethod method : kMethods) {
    if (arguments.range == RangeMethodName(method)) options->quantize.range = method;
  }
  CalibrationOptions data = arguments.data;
  if (arguments.color == "bgr") data.image.color = ColorOrder::kBgr;
  if (!arguments.color.empty() || !data.image.mean.empty() || !data.image.std.empty()) {
    const std::string color = arguments.color.empty() ? "rgb" : arguments.color;
    options->picture_description = {"", color, data.image.mean, data.image.std};
  }
  if (!data.calibrate.empty() || !data.validate.empty()) {
    options->load_data = [data](const std::vector<converter::DeclaredInput>& inputs) { return Load(data, inputs); };
  }
  return Status();
}

}  // namespace linnet::cli
