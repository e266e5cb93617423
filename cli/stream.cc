#include "cli/stream.h"

#include "cli/inputs.h"
#include "converter/tensor_values.h"

namespace linnet::cli {
namespace {

using converter::HostTensor;

bool IsCut(const TensorInfo& input, const HostTensor& value) { return value.shape.rank() == input.shape.rank() + 1; }

// Entry `index` of the first dimension.
HostTensor EntryOf(const HostTensor& value, int64_t index) {
  HostTensor entry;
  entry.name = value.name;
  entry.type = value.type;
  for (int d = 1; d < value.shape.rank(); ++d) entry.shape.Append(value.shape[d]);
  const size_t bytes = value.bytes.size() / static_cast<size_t>(value.shape[0]);
  const auto first = value.bytes.begin() + static_cast<std::ptrdiff_t>(bytes * static_cast<size_t>(index));
  entry.bytes.assign(first, first + static_cast<std::ptrdiff_t>(bytes));
  return entry;
}

Status AppendOutput(const Tensor& output, HostTensor* stacked) {
  Shape shape = {stacked->shape.rank() > 0 ? stacked->shape[0] + 1 : 1};
  if (output.shape().rank() == Shape::kMaxRank) {
    return Status::Error(StatusCode::kInvalidArgument, "--stream: output '%s' has no room for one more dimension",
                         output.name());
  }
  for (int64_t size : output.shape()) shape.Append(size);
  const bool first = stacked->shape.rank() == 0;
  if (!first) stacked->shape[0] += 1;
  if (!first && shape != stacked->shape) {
    return Status::Error(StatusCode::kInvalidArgument, "--stream: the shape of output '%s' changes from run to run",
                         output.name());
  }
  stacked->name = output.name();
  stacked->type = output.type();
  stacked->shape = shape;
  const auto* bytes = static_cast<const uint8_t*>(output.raw_data());
  if (output.bytes() > 0) stacked->bytes.insert(stacked->bytes.end(), bytes, bytes + output.bytes());
  return Status();
}

}  // namespace

Result<std::vector<Frame>> CutFrames(const Model& model, const Frame& values) {
  int64_t runs = -1;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!IsCut(model.input(static_cast<int>(i)), values[i])) continue;
    const int64_t found = values[i].shape[0];
    if (found < 1 || (runs >= 0 && found != runs)) {
      return Status::Error(StatusCode::kInvalidArgument, "--stream: input '%s' has values for %lld runs, expected %lld",
                           values[i].name.c_str(), static_cast<long long>(found),
                           static_cast<long long>(runs < 1 ? 1 : runs));
    }
    runs = found;
  }
  if (runs < 0) {
    return Status::Error(StatusCode::kInvalidArgument,
                         "--stream: no input has a value for each run, in one more dimension in front");
  }
  std::vector<Frame> frames(static_cast<size_t>(runs));
  for (size_t run = 0; run < frames.size(); ++run) {
    for (size_t i = 0; i < values.size(); ++i) {
      const bool cut = IsCut(model.input(static_cast<int>(i)), values[i]);
      frames[run].push_back(cut ? EntryOf(values[i], static_cast<int64_t>(run)) : values[i]);
    }
  }
  return frames;
}

Result<Frame> RunFrames(const std::vector<Frame>& frames, Session* session) {
  Frame outputs(static_cast<size_t>(session->output_count()));
  for (const Frame& frame : frames) {
    LINNET_RETURN_IF_ERROR(FitSession(frame, session));
    CopyInputs(frame, session);
    LINNET_RETURN_IF_ERROR(session->Run());
    for (size_t i = 0; i < outputs.size(); ++i) {
      LINNET_RETURN_IF_ERROR(AppendOutput(*session->Output(static_cast<int>(i)), &outputs[i]));
    }
  }
  return outputs;
}

}  // namespace linnet::cli
