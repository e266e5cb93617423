#include "cli/reference.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "cli/inputs.h"
#include "cli/npy.h"
#include "converter/self_check.h"
#include "converter/tensor_values.h"
#include "engine/model.h"

extern char** environ;

namespace linnet::cli {
namespace {

using converter::HostTensor;

// argv: model, folder, names of inputs, "--", names of outputs.
constexpr char kScript[] = R"(
import sys
import numpy
import onnxruntime
model, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:]
inputs, outputs = names[:names.index("--")], names[names.index("--") + 1:]
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
feeds = {name: numpy.load(f"{folder}/input_{i}.npy") for i, name in enumerate(inputs)}
for i, value in enumerate(session.run(outputs, feeds)):
    numpy.save(f"{folder}/expected_{i}.npy", value)
)";

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "linnet_XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }  // "": there is none
  std::string File(const char* prefix, size_t index) const {
    return path_ + "/" + prefix + std::to_string(index) + ".npy";
  }

 private:
  std::string path_;
};

Status RunPython(const std::vector<std::string>& arguments) {
  const char* chosen = getenv("LINNET_PYTHON");
  const std::string python = chosen != nullptr ? chosen : "python3";
  std::vector<char*> argv = {const_cast<char*>(python.c_str()), const_cast<char*>("-c"), const_cast<char*>(kScript)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  int state = 0;
  const int error = posix_spawnp(&child, python.c_str(), nullptr, nullptr, argv.data(), environ);
  const bool waited = error == 0 && waitpid(child, &state, 0) == child && WIFEXITED(state);
  if (waited && WEXITSTATUS(state) == 0) return Status();
  // POSIX: a program that cannot be started may also be told by the child's status 127, as under the sanitizers.
  if (error != 0 || (waited && WEXITSTATUS(state) == 127)) {
    return Status::Error(StatusCode::kIoError, "--reference: cannot start '%s' (%s); name one in LINNET_PYTHON",
                         python.c_str(), error != 0 ? std::strerror(error) : "status 127");
  }
  return Status::Error(StatusCode::kIoError,
                       "--reference: ONNX Runtime did not run the model; '%s' needs the packages onnxruntime and numpy",
                       python.c_str());
}

// The input in the source's layout: a sample, else random values.
HostTensor SourceInput(const TensorInfo& input, const Shape& shape, bool channels_last,
                       const converter::ConvertOptions& options, uint64_t seed) {
  for (const HostTensor& sample : options.samples) {
    if (sample.name == input.name) return sample;
  }
  Shape source = shape;
  if (channels_last) {
    source[1] = shape.back();
    for (int d = 2; d < shape.rank(); ++d) source[d] = shape[d - 1];
  }
  return converter::RandomTensor(input.name, input.type, source, seed);
}

// States begin as zeros; ONNX Runtime takes them as inputs.
Status WriteInitialStates(const ModelImpl& model, const TemporaryFolder& folder, std::vector<std::string>* arguments) {
  if (model.root().states() == nullptr) return Status();
  for (const format::State* state : *model.root().states()) {
    const format::Tensor& tensor = *model.main().tensors()->Get(state->input());
    const Shape shape = DeclaredShape(tensor);
    const auto type = static_cast<ElementType>(tensor.type());
    const std::vector<uint8_t> zeros(TensorBytes(type, shape));
    const size_t index = arguments->size() - 2;  // behind the model and the folder
    LINNET_RETURN_IF_ERROR(WriteNpy(folder.File("input_", index), type, shape, zeros.data(), zeros.size()));
    arguments->push_back(Text(tensor.name()));
  }
  return Status();
}

double Error(const HostTensor& expected, const Tensor& found) {
  if (expected.type != found.type() || expected.shape != found.shape()) return HUGE_VAL;
  const size_t count = static_cast<size_t>(expected.shape.elements());
  return converter::Compare(converter::ToDoubles(expected.type, expected.bytes.data(), count),
                            converter::ToDoubles(found.type(), found.raw_data(), count))
      .relative();
}

}  // namespace

Result<double> CompareWithOnnxRuntime(const std::string& onnx_path, const converter::Bytes& converted,
                                      const converter::ConvertOptions& options) {
  Result<Model> model = Model::FromBuffer(converted.data(), converted.size());
  if (!model.ok()) return std::move(model.status());
  Result<Session> session = Session::Create(*model);
  if (!session.ok()) return std::move(session.status());
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return Status::Error(StatusCode::kIoError, "--reference: cannot make a temporary folder: %s", std::strerror(errno));
  }
  std::vector<std::string> arguments = {onnx_path, folder.path()};
  std::vector<HostTensor> values;
  for (int i = 0; i < model->input_count(); ++i) {
    const Shape shape = session->Input(i)->shape();
    const bool channels_last = options.input_nhwc && converter::TakesChannelsLast(model->input(i).type, shape.rank());
    const HostTensor source =
        SourceInput(model->input(i), shape, channels_last, options, options.seed + static_cast<uint64_t>(i));
    LINNET_RETURN_IF_ERROR(WriteNpy(folder.File("input_", static_cast<size_t>(i)), source.type, source.shape,
                                    source.bytes.data(), source.bytes.size()));
    values.push_back(channels_last ? converter::ChannelsLast(source) : source);
    arguments.push_back(model->input(i).name);
  }
  LINNET_RETURN_IF_ERROR(WriteInitialStates(model->impl(), folder, &arguments));
  LINNET_RETURN_IF_ERROR(FitSession(values, &*session));
  CopyInputs(values, &*session);
  LINNET_RETURN_IF_ERROR(session->Run());

  arguments.push_back("--");
  for (int i = 0; i < session->output_count(); ++i) arguments.push_back(session->Output(i)->name());
  LINNET_RETURN_IF_ERROR(RunPython(arguments));
  double largest = 0;
  for (int i = 0; i < session->output_count(); ++i) {
    Result<HostTensor> expected = ReadNpy(folder.File("expected_", static_cast<size_t>(i)), session->Output(i)->type());
    if (!expected.ok()) return std::move(expected.status());
    largest = std::max(largest, Error(*expected, *session->Output(i)));
  }
  return largest;
}

}  // namespace linnet::cli
