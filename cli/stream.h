// run --stream: several runs of one session, one after the other, with a value for each run in the input files.
#ifndef LINNET_CLI_STREAM_H_
#define LINNET_CLI_STREAM_H_

#include <vector>

#include "converter/evaluate.h"

namespace linnet::cli {

using Frame = std::vector<converter::HostTensor>;  // one value for each input, or output, of a session

// Cuts values with one dimension in front that the model's input does not have into a value for each run; others are
// the same in each run. Errors: kInvalidArgument if no value is to be cut, or their numbers of runs differ.
Result<std::vector<Frame>> CutFrames(const Model& model, const Frame& values);

// Runs each frame in turn; states carry over. Gives the outputs, those of all runs behind each other along a new first
// dimension. Errors: those of the session, and kInvalidArgument if an output's shape changes from run to run.
Result<Frame> RunFrames(const std::vector<Frame>& frames, Session* session);

}  // namespace linnet::cli

#endif  // LINNET_CLI_STREAM_H_
