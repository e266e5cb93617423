// NumPy's .npz files: zip archives of .npy files.
#ifndef LINNET_CLI_NPZ_H_
#define LINNET_CLI_NPZ_H_

#include <string>
#include <vector>

#include "converter/evaluate.h"

namespace linnet::cli {

// The arrays by name ("x" for x.npy), in the order of the archive; stored or deflated (numpy.savez, savez_compressed).
// Errors: kNotFound / kIoError (path), kInvalidArgument (no such archive, or damaged; those of ParseNpy), kOutOfMemory.
Result<std::vector<converter::HostTensor>> ReadNpz(const std::string& path);
// The same from memory; `name` is for messages.
Result<std::vector<converter::HostTensor>> ParseNpz(const std::vector<uint8_t>& file, const std::string& name);

}  // namespace linnet::cli

#endif  // LINNET_CLI_NPZ_H_
