// NumPy's .npy files, versions 1 to 3.
#ifndef LINNET_CLI_NPY_H_
#define LINNET_CLI_NPY_H_

#include <string>
#include <vector>

#include "converter/evaluate.h"

namespace linnet::cli {

// Reads an array of any of NumPy's number and bool types, either byte order, C or Fortran order; the result is
// row-major in this machine's byte order, its name is empty. NumPy has no name for bfloat16, float8 and the like:
// libraries store them as raw bytes ('|V1', '<V2'), which are taken as `raw_type`.
// Errors: kNotFound / kIoError (path), kInvalidArgument (not a .npy file, or not an array of numbers), kOutOfMemory.
Result<converter::HostTensor> ReadNpy(const std::string& path, ElementType raw_type = ElementType::kUndefined);
// The same from memory; `name` is for messages.
Result<converter::HostTensor> ParseNpy(const std::vector<uint8_t>& file, const std::string& name,
                                       ElementType raw_type = ElementType::kUndefined);

// The bytes of a version 1 file. Types without a NumPy name are written as raw bytes, types of 4 and 2 bits as one int8
// or uint8 for each element. REQUIRES: bytes == the size of a dense `type` tensor of that shape.
std::vector<uint8_t> FormatNpy(ElementType type, const Shape& shape, const void* data, size_t bytes);
// Writes them atomically. Errors: kIoError.
Status WriteNpy(const std::string& path, ElementType type, const Shape& shape, const void* data, size_t bytes);

}  // namespace linnet::cli

#endif  // LINNET_CLI_NPY_H_
