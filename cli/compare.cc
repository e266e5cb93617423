// linnet compare: how far each layer of a .linnet file is from the ONNX model that it was converted from.
#include "converter/compare.h"

#include <cmath>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.h"
#include "cli/npy.h"
#include "cli/options.h"

namespace linnet::cli {
namespace {

using converter::CompareReport;
using converter::TensorComparison;

// Of the outputs, where the command line does not say: float files compute what their source does, int8 files nearly.
constexpr double kFloatTolerance = 1e-4;
constexpr double kQuantizedSqnr = 10;

struct CompareArguments {
  std::string source, model;
  std::vector<std::string> inputs;
  std::string input_layout = "nchw";
  double tolerance = -1, sqnr = -HUGE_VAL;  // not given
  int top = 20;
  uint64_t seed = 1;
  bool json = false;
};

Status ReadInputs(const CompareArguments& arguments, converter::CompareOptions* options) {
  Result<Pairs> files = ParsePairs("--input", arguments.inputs);
  if (!files.ok()) return std::move(files.status());
  for (const auto& [name, path] : *files) {
    Result<converter::HostTensor> value = ReadNpy(path);
    if (!value.ok()) return std::move(value.status());
    value->name = name;
    options->samples.push_back(std::move(*value));
  }
  return Status();
}

// What a tensor must keep to.
struct Bounds {
  double tolerance = HUGE_VAL, sqnr = -HUGE_VAL;
  bool Holds(const TensorComparison& tensor) const { return tensor.error <= tolerance && tensor.sqnr >= sqnr; }
};

Bounds MakeBounds(const CompareArguments& arguments, const CompareReport& report) {
  Bounds bounds;
  const bool given = arguments.tolerance >= 0 || arguments.sqnr > -HUGE_VAL;
  if (arguments.tolerance >= 0) bounds.tolerance = arguments.tolerance;
  bounds.sqnr = arguments.sqnr;
  if (!given && report.quantized) bounds.sqnr = kQuantizedSqnr;
  if (!given && !report.quantized) bounds.tolerance = kFloatTolerance;
  return bounds;
}

std::string SqnrText(double sqnr) {
  if (sqnr == HUGE_VAL) return "equal";
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << sqnr;
  return text.str();
}

void PrintTable(const CompareReport& report, const Bounds& bounds, int top, std::ostream& out) {
  out << "  SQNR dB  error/max  tensor: op, type, node; worst first\n";
  int shown = 0;
  for (const TensorComparison& tensor : report.tensors) {
    if (shown == top && !tensor.is_output) continue;
    if (!tensor.is_output) ++shown;
    out << std::setw(9) << SqnrText(tensor.sqnr) << "  " << std::scientific << std::setprecision(2) << std::setw(9)
        << tensor.error << std::defaultfloat << (bounds.Holds(tensor) ? "  " : "! ") << tensor.tensor << ": "
        << tensor.op << ", " << tensor.type << ", " << tensor.node << (tensor.is_output ? " (output)" : "") << "\n";
  }
  out << report.tensors.size() << " tensors compared, " << report.without_counterpart
      << " of the file's have no counterpart in the source\n";
}

void PrintJson(const CompareReport& report, const Bounds& bounds, bool good, std::ostream& out) {
  nlohmann::ordered_json json = {{"within_tolerance", good},
                                 {"quantized", report.quantized},
                                 {"without_counterpart", report.without_counterpart},
                                 {"tensors", nlohmann::ordered_json::array()}};
  for (const TensorComparison& tensor : report.tensors) {
    nlohmann::ordered_json entry = {{"tensor", tensor.tensor},
                                    {"node", tensor.node},
                                    {"op", tensor.op},
                                    {"type", tensor.type},
                                    {"error", tensor.error},
                                    {"sqnr_db", tensor.sqnr},
                                    {"output", tensor.is_output},
                                    {"within_tolerance", bounds.Holds(tensor)}};
    json["tensors"].push_back(std::move(entry));  // what is infinite becomes null
  }
  out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

int Run(const CompareArguments& arguments, const Console& console) {
  converter::CompareOptions options;
  options.input_nhwc = arguments.input_layout == "nhwc";
  options.seed = arguments.seed;
  const Status read = ReadInputs(arguments, &options);
  if (!read.ok()) return Fail(console.err, read);
  Result<CompareReport> report = converter::CompareWithSource(arguments.source, arguments.model, options);
  if (!report.ok()) return Fail(console.err, report.status());
  const Bounds bounds = MakeBounds(arguments, *report);
  const TensorComparison* wrong = nullptr;
  for (const TensorComparison& tensor : report->tensors) {
    if (wrong == nullptr && tensor.is_output && !bounds.Holds(tensor)) wrong = &tensor;
  }
  if (arguments.json) {
    PrintJson(*report, bounds, wrong == nullptr, console.out);
  } else {
    PrintTable(*report, bounds, arguments.top, console.out);
  }
  if (wrong == nullptr) return kExitOk;
  console.err << "linnet: output '" << wrong->tensor << "' of '" << arguments.model << "' differs from '"
              << arguments.source << "' by " << wrong->error << " of its largest value (SQNR " << SqnrText(wrong->sqnr)
              << " dB)\n";
  return kExitMismatch;
}

}  // namespace

Command AddCompare(const CommandLine& program) {
  const Subcommand command(program, "compare", "Compares a .linnet file with its source, layer by layer");
  auto arguments = std::make_shared<CompareArguments>();
  command.Value("SOURCE", &arguments->source, "The .onnx file").Required();
  command.Value("MODEL", &arguments->model, "The .linnet file that was converted from it").Required();
  command.Values("--input", &arguments->inputs,
                 "NAME=FILE.npy: value of an input, in the layout of the source; else random, and zeros for states");
  command.Value("--input-layout", &arguments->input_layout, "What the file was converted with: nchw or nhwc")
      .OneOf({"nchw", "nhwc"});
  command
      .Value("--tolerance", &arguments->tolerance,
             "Largest error of an output, relative to its largest value; 1e-4 for files without int8 tensors")
      .NotNegative();
  command.Value("--min-sqnr", &arguments->sqnr,
                "Smallest signal-to-noise ratio of an output, in dB; 10 for files with int8 tensors");
  command.Value("--top", &arguments->top, "Layers that are shown besides the outputs").ShowDefault().NotNegative();
  command.Value("--seed", &arguments->seed, "Of the random values").ShowDefault();
  command.Flag("--json", &arguments->json, "Prints all layers as JSON");
  return {command, [arguments](const Console& console) { return Run(*arguments, console); }};
}

}  // namespace linnet::cli
