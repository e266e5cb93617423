// linnet run: one run of a model (or several, as a stream), inputs from files, outputs to files or summed up on the
// terminal.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <memory>
#include <numeric>

#include "cli/command.h"
#include "cli/inputs.h"
#include "cli/npy.h"
#include "cli/stream.h"
#include "converter/tensor_values.h"
#include "engine/model.h"
#include "format/schema.h"

namespace linnet::cli {
namespace {

using converter::HostTensor;

struct RunOptions {
  std::string model;
  std::vector<std::string> inputs, shapes;
  std::string output_dir;
  std::string color;  // "": what the model says
  ImageOptions image;
  int threads = 1;
  int top = 0;
  bool stream = false;
};

Frame Outputs(const Session& session) {
  Frame outputs;
  for (int i = 0; i < session.output_count(); ++i) {
    const Tensor& tensor = *session.Output(i);
    const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
    outputs.push_back({tensor.name(), tensor.type(), tensor.shape(), {}});
    if (tensor.bytes() > 0) outputs.back().bytes.assign(bytes, bytes + tensor.bytes());
  }
  return outputs;
}

Status WriteOutputs(const Frame& outputs, const std::string& folder) {
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return Status::Error(StatusCode::kIoError, "cannot make the folder '%s': %s", folder.c_str(), std::strerror(errno));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const HostTensor& output = outputs[i];
    const std::string path = folder + "/output_" + std::to_string(i) + ".npy";
    LINNET_RETURN_IF_ERROR(WriteNpy(path, output.type, output.shape, output.bytes.data(), output.bytes.size()));
  }
  return Status();
}

// "output 'scores': float32 [1, 1000], from -3.2 to 9.1, mean 0.02"
void PrintSummary(const HostTensor& output, const std::vector<double>& values, std::ostream& out) {
  out << "output '" << output.name << "': " << converter::TypeText(output.type, output.shape);
  const auto not_number = std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); });
  if (not_number > 0) {
    out << ", " << not_number << " of " << values.size() << " values are no numbers (NaN)";
  } else if (!values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    out << ", from " << *low << " to " << *high << ", mean " << mean;
  }
  out << "\n";
}

// The k largest values of an output with their indices along its last axis.
void PrintTop(const std::vector<double>& values, int64_t classes, int k, std::ostream& out) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto greater = [&](size_t a, size_t b) { return values[a] > values[b] || (values[a] == values[b] && a < b); };
  const size_t shown = std::min(static_cast<size_t>(k), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(), greater);
  for (size_t i = 0; i < shown; ++i) {
    out << std::setw(4) << i + 1 << ". class " << order[i] % static_cast<size_t>(classes) << "  " << values[order[i]]
        << "\n";
  }
}

void PrintOutputs(const Frame& outputs, int top, std::ostream& out) {
  for (const HostTensor& output : outputs) {
    const std::vector<double> values =
        converter::ToDoubles(output.type, output.bytes.data(), static_cast<size_t>(output.shape.elements()));
    PrintSummary(output, values, out);
    const int rank = output.shape.rank();
    if (top > 0 && !values.empty()) PrintTop(values, rank > 0 ? output.shape.back() : 1, top, out);
  }
}

Result<Frame> Compute(const Model& model, const Frame& values, bool stream, Session* session) {
  if (stream) {
    Result<std::vector<Frame>> frames = CutFrames(model, values);
    if (!frames.ok()) return std::move(frames.status());
    return RunFrames(*frames, session);
  }
  LINNET_RETURN_IF_ERROR(FitSession(values, session));
  CopyInputs(values, session);
  LINNET_RETURN_IF_ERROR(session->Run());
  return Outputs(*session);
}

// How pictures are read: as the options say, else as the model describes its first input that has a description.
ImageOptions PictureOptions(const RunOptions& options, const Model& model) {
  ImageOptions image = options.image;
  std::string color = options.color;
  const auto* descriptions = model.impl().root().input_descriptions();
  if (descriptions != nullptr && descriptions->size() > 0) {
    const format::InputDescription& description = *descriptions->Get(0);
    const auto take = [](const linnet_flatbuffers::Vector<float>* from, std::vector<float>* to) {
      if (to->empty() && from != nullptr) to->assign(from->begin(), from->end());
    };
    take(description.mean(), &image.mean);
    take(description.std(), &image.std);
    if (color.empty() && description.color() != nullptr) color = description.color()->str();
  }
  image.color = color == "bgr" ? ColorOrder::kBgr : ColorOrder::kRgb;
  return image;
}

Status Run(const RunOptions& options, const Console& console) {
  InputOptions inputs;
  Result<Pairs> files = ParsePairs("--input", options.inputs, /*name_optional=*/true);
  if (!files.ok()) return std::move(files.status());
  inputs.files = std::move(*files);
  inputs.stream = options.stream;
  Result<NamedSizes> sizes = ParseNamedSizes("--shape", options.shapes);
  if (!sizes.ok()) return std::move(sizes.status());
  inputs.sizes = std::move(*sizes);
  Result<std::unique_ptr<kernels::ScopedIsa>> isa = SelectIsa("");
  if (!isa.ok()) return std::move(isa.status());

  Result<Model> model = Model::Open(options.model.c_str());
  if (!model.ok()) return std::move(model.status());
  inputs.image = PictureOptions(options, *model);
  SessionOptions session_options;
  session_options.threads = options.threads;
  Result<Session> session = Session::Create(*model, session_options);
  if (!session.ok()) return std::move(session.status());

  std::vector<std::string> random_names;
  Result<std::vector<converter::HostTensor>> values = LoadInputs(*model, *session, inputs, &random_names);
  if (!values.ok()) return std::move(values.status());
  for (const std::string& name : random_names) {
    console.err << "linnet: input '" << name << "' is not given: random values (seed " << inputs.seed << ")\n";
  }
  Result<Frame> outputs = Compute(*model, *values, options.stream, &*session);
  if (!outputs.ok()) return std::move(outputs.status());
  PrintOutputs(*outputs, options.top, console.out);
  return options.output_dir.empty() ? Status() : WriteOutputs(*outputs, options.output_dir);
}

}  // namespace

Command AddRun(const CommandLine& program) {
  const Subcommand command(program, "run", "Runs a model once");
  auto options = std::make_shared<RunOptions>();
  command.Value("MODEL", &options->model, "A .linnet file").Required();
  command.Values("--input", &options->inputs,
                 "NAME=FILE: a .npy array, or a PNG or JPEG picture; NAME= may be left out where there is one input. "
                 "Inputs that are not given are random");
  command.Values("--shape", &options->shapes, "NAME=SIZES of an input that is not given, as in image=1x3x224x224");
  command.Value("--output-dir", &options->output_dir, "Folder for output_0.npy, output_1.npy, ...");
  command.Value("--threads", &options->threads, "Threads to run on").Between(1, 1024);
  command.Value("--top", &options->top, "Prints the K largest values of each output").NotNegative();
  command.Flag("--stream", &options->stream,
               "Runs several times; arrays with one more dimension in front hold a value for each run, and so do the "
               "outputs. State tensors carry over");
  command.Values("--mean", &options->image.mean,
                 "Of pictures, subtracted from pixels in 0..1: one number or one a channel");
  command.Values("--std", &options->image.std, "Of pictures, divides what --mean leaves");
  command
      .Value("--color", &options->color,
             "Channel order that the model wants: rgb or bgr. What is not given is taken from the model, if it says so")
      .OneOf({"rgb", "bgr"});
  return {command, [options](const Console& console) {
            const Status status = Run(*options, console);
            return status.ok() ? kExitOk : Fail(console.err, status);
          }};
}

}  // namespace linnet::cli
