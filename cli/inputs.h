// Inputs of a session: from files, at given sizes, or random.
#ifndef LINNET_CLI_INPUTS_H_
#define LINNET_CLI_INPUTS_H_

#include <string>
#include <vector>

#include "cli/image.h"
#include "cli/options.h"
#include "converter/evaluate.h"

namespace linnet::cli {

struct InputOptions {
  Pairs files;       // input name ("": the only input) -> .npy file or picture
  NamedSizes sizes;  // of inputs without a file; others have the session's
  ImageOptions image;
  uint64_t seed = 1;
  bool stream = false;  // an array may have one more dimension in front, with a value for each run (see stream.h)
};

// One value for each input of the session, in its order. The values' types are the inputs'; shapes may differ from the
// session's where the model's are symbolic. `random_names` (may be null) receives the inputs that got random values.
// Errors: kInvalidArgument (no such input, or one of another type or shape), and those of ReadNpy and ReadImage.
Result<std::vector<converter::HostTensor>> LoadInputs(const Model& model, const Session& session,
                                                      const InputOptions& options,
                                                      std::vector<std::string>* random_names);

// Resizes the session where the values have other shapes. Errors: those of Session::ResizeAll.
Status FitSession(const std::vector<converter::HostTensor>& values, Session* session);

// Copies the values into the session. REQUIRES: FitSession.
void CopyInputs(const std::vector<converter::HostTensor>& values, Session* session);

}  // namespace linnet::cli

#endif  // LINNET_CLI_INPUTS_H_
