// Decodes ONNX files. Every number in them is checked; a damaged one gives kInvalidModel with what and where.
#ifndef LINNET_CONVERTER_ONNX_READER_H_
#define LINNET_CONVERTER_ONNX_READER_H_

#include <string>

#include "converter/evaluate.h"
#include "converter/onnx/model.h"

namespace linnet::converter::onnx {

// Maps and decodes the model at `path`. Tensors are views of the mapped files (the model's and those of external data
// beside it) where they are aligned for their type, and copies elsewhere. External data must lie in the model's folder.
// Errors: kNotFound, kIoError, kInvalidModel.
Result<ModelProto> ReadModel(const std::string& path);

// Reads a file that holds one TensorProto, as the input_0.pb of ONNX's backend tests.
// Errors: as ReadModel, and kUnsupported for string and complex tensors.
Result<HostTensor> ReadTensor(const std::string& path);

// "" and "ai.onnx" are one domain; gives "".
std::string NormalizeDomain(const std::string& domain);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_READER_H_
