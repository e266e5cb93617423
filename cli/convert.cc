// linnet convert: ONNX in, one .linnet file out, with a report of what was done and how exact it is.
#include "converter/convert.h"

#include <unistd.h>

#include <iomanip>
#include <memory>
#include <sstream>

#include "cli/command.h"
#include "cli/npy.h"
#include "cli/options.h"
#include "cli/precision_options.h"
#include "cli/reference.h"
#include "cli/report.h"
#include "converter/file_io.h"

namespace linnet::cli {
namespace {

using converter::ConvertOptions;
using converter::ConvertReport;

struct ConvertArguments {
  std::string model, output;
  std::vector<std::string> shapes, default_shapes, states, samples, custom_ops;
  std::string input_layout = "nchw";
  std::string report;
  std::string reference;
  double tolerance = ConvertOptions().tolerance;
  uint64_t seed = ConvertOptions().seed;
  bool no_check = false;
  PrecisionArguments precision;
};

// One line that is written over, on a terminal only: "[#########           ]  45 %  weights".
class Progress {
 public:
  explicit Progress(std::ostream& err) : err_(err), shown_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() { Clear(); }
  void Show(const char* stage, double done) {
    if (!shown_) return;
    constexpr int kWidth = 30;
    const int filled = static_cast<int>(done * kWidth);
    err_ << "\r\033[K[" << std::string(static_cast<size_t>(filled), '#')
         << std::string(static_cast<size_t>(kWidth - filled), ' ') << "] " << std::setw(3)
         << static_cast<int>(done * 100) << " %  " << stage << std::flush;
  }
  void Clear() {
    if (shown_) err_ << "\r\033[K" << std::flush;
  }

 private:
  std::ostream& err_;
  const bool shown_;
};

Status ReadSamples(const std::vector<std::string>& arguments, ConvertOptions* options) {
  Result<Pairs> samples = ParsePairs("--sample", arguments);
  if (!samples.ok()) return std::move(samples.status());
  for (const auto& [name, path] : *samples) {
    Result<converter::HostTensor> value = ReadNpy(path);
    if (!value.ok()) return std::move(value.status());
    value->name = name;
    options->samples.push_back(std::move(*value));
  }
  return Status();
}

Result<ConvertOptions> MakeOptions(const ConvertArguments& arguments) {
  ConvertOptions options;
  options.input_nhwc = arguments.input_layout == "nhwc";
  options.self_check = !arguments.no_check;
  options.tolerance = arguments.tolerance;
  options.seed = arguments.seed;
  options.import.custom_ops.insert(arguments.custom_ops.begin(), arguments.custom_ops.end());
  Result<NamedSizes> shapes = ParseNamedSizes("--shape", arguments.shapes);
  if (!shapes.ok()) return std::move(shapes.status());
  options.import.shapes = std::move(*shapes);
  Result<std::vector<NamedSizes>> plans = ParseSizeSets("--default-shape", arguments.default_shapes);
  if (!plans.ok()) return std::move(plans.status());
  options.import.default_shapes = std::move(plans->front());
  options.more_plans.assign(plans->begin() + 1, plans->end());
  Result<Pairs> states = ParsePairs("--state", arguments.states);
  if (!states.ok()) return std::move(states.status());
  options.states = std::move(*states);
  LINNET_RETURN_IF_ERROR(ApplyPrecisionOptions(arguments.precision, &options));
  LINNET_RETURN_IF_ERROR(ReadSamples(arguments.samples, &options));
  return options;
}

// What the report does not hold.
struct ReferenceCheck {
  bool asked = false;
  double error = 0;
};

// Converts, checks, and writes the file if all is well. The report says whether it is.
Result<ConvertReport> ConvertAndCheck(const ConvertArguments& arguments, const ConvertOptions& options,
                                      ReferenceCheck* reference) {
  reference->asked = !arguments.reference.empty();
  Result<converter::ConvertedModel> converted = converter::ConvertToBuffer(arguments.model, options);
  if (!converted.ok()) return std::move(converted.status());
  if (reference->asked && converted->report.within_tolerance) {
    options.on_progress("reference", 0.95);
    Result<double> error = CompareWithOnnxRuntime(arguments.model, converted->bytes, options);
    if (!error.ok()) return std::move(error.status());
    reference->error = *error;
  }
  if (converted->report.within_tolerance && reference->error <= options.tolerance) {
    LINNET_RETURN_IF_ERROR(
        converter::WriteFileAtomically(arguments.output, converted->bytes.data(), converted->bytes.size()));
  }
  return std::move(converted->report);
}

// Why nothing was written; "" if it was.
std::string MismatchText(const ConvertReport& report, const ReferenceCheck& reference, double tolerance) {
  std::ostringstream text;
  if (!report.within_tolerance) {
    text << "the optimised graph differs from the source by " << report.largest_error
         << " of the largest output, allowed is " << tolerance << "; first at '" << report.worst_layer << "'";
  } else if (!(reference.error <= tolerance)) {
    text << "it differs from ONNX Runtime by " << reference.error << " of the largest output, allowed is " << tolerance;
  }
  return text.str();
}

int Run(const ConvertArguments& arguments, const Console& console) {
  Result<ConvertOptions> options = MakeOptions(arguments);
  if (!options.ok()) return Fail(console.err, options.status());
  Progress progress(console.err);
  options->on_progress = [&](const char* stage, double done) { progress.Show(stage, done); };
  ReferenceCheck reference;
  Result<ConvertReport> report = ConvertAndCheck(arguments, *options, &reference);
  progress.Clear();
  if (!report.ok()) return Fail(console.err, report.status());

  const std::string mismatch = MismatchText(*report, reference, options->tolerance);
  if (!mismatch.empty()) console.err << "linnet: '" << arguments.model << "' is not converted: " << mismatch << "\n";
  PrintReport(*report, console.out);
  if (reference.asked)
    console.out << "reference   largest error " << reference.error << " of ONNX Runtime's largest output\n";
  if (!arguments.report.empty()) {
    const std::string json = ReportJson(*report);
    const Status written = converter::WriteFileAtomically(arguments.report, json.data(), json.size());
    if (!written.ok()) return Fail(console.err, written);
  }
  return mismatch.empty() ? kExitOk : kExitMismatch;
}

}  // namespace

Command AddConvert(const CommandLine& program) {
  const Subcommand command(program, "convert", "Converts an ONNX model to a .linnet file");
  auto arguments = std::make_shared<ConvertArguments>();
  command.Value("MODEL", &arguments->model, "An .onnx file").Required();
  command.Value("-o,--output", &arguments->output, "The .linnet file to write").Required();
  command.Values("--shape", &arguments->shapes, "NAME=SIZES: fixes an input's sizes, as in image=1x3x224x224");
  command.Values("--default-shape", &arguments->default_shapes,
                 "NAME=SIZES: sizes to plan memory for; the input's symbolic sizes stay free. Given again, "
                 "further sizes are planned in the file");
  command
      .Value("--input-layout", &arguments->input_layout,
             "How the app lays out pictures: nchw as the source, or nhwc, which saves a transpose")
      .OneOf({"nchw", "nhwc"});
  command.Values("--state", &arguments->states, "OUT=IN: output OUT of a run becomes input IN of the next");
  command.Values("--sample", &arguments->samples, "NAME=FILE.npy: value of an input for the self-check, else random");
  command.Values("--custom-op", &arguments->custom_ops, "DOMAIN::NAME of an op that the app brings along");
  command.Value("--tolerance", &arguments->tolerance, "Largest error of the self-check, relative to the largest output")
      .ShowDefault()
      .NotNegative();
  command.Value("--seed", &arguments->seed, "Of the random values of the self-check").ShowDefault();
  command.Flag("--no-check", &arguments->no_check, "Skips the self-check");
  command
      .Value("--reference", &arguments->reference,
             "Compares with an independent engine too: onnxruntime, through Python (LINNET_PYTHON, else python3)")
      .OneOf({"onnxruntime"});
  AddPrecisionOptions(command, &arguments->precision);
  command.Value("--report", &arguments->report, "Writes the report as JSON");
  return {command, [arguments](const Console& console) { return Run(*arguments, console); }};
}

}  // namespace linnet::cli
