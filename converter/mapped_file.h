// Read-only view of a file.
#ifndef LINNET_CONVERTER_MAPPED_FILE_H_
#define LINNET_CONVERTER_MAPPED_FILE_H_

#include <string>

#include "converter/graph.h"

namespace linnet::converter {

// Maps the file at `path`; the mapping lives as long as the Bytes and its copies. An empty file gives Bytes of size 0.
// The file must not shrink meanwhile. Errors: kNotFound, kIoError.
Result<Bytes> MapFile(const std::string& path);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_MAPPED_FILE_H_
