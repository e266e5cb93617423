// Whole files in and out, with errors that name the file and the reason.
#ifndef LINNET_CONVERTER_FILE_IO_H_
#define LINNET_CONVERTER_FILE_IO_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "linnet/status.h"

namespace linnet::converter {

// The bytes of the file. Errors: kNotFound (no such file), kIoError (everything else), kOutOfMemory.
Result<std::vector<uint8_t>> ReadFile(const std::string& path);

// Makes `data` the content of the file at `path`: writes a temporary file in the same folder and renames it, so that
// others see the old content or the new, never a part, and a failure (disk full, no permission) leaves the old one. A
// symbolic link is followed; what is no regular file (a pipe, /dev/stdout) is written directly. Errors: kIoError.
Status WriteFileAtomically(const std::string& path, const void* data, size_t size);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_FILE_IO_H_
