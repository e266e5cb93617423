// TensorProto -> a dense tensor, wherever its numbers are stored.
#ifndef LINNET_CONVERTER_ONNX_TENSOR_READER_H_
#define LINNET_CONVERTER_ONNX_TENSOR_READER_H_

#include <map>
#include <memory>
#include <string>

#include "converter/onnx/model.h"
#include "converter/onnx/wire.h"

namespace linnet::converter::onnx {

// Type and sizes of what is stored. Throw ReadError.
ElementType CheckedElementType(int64_t onnx_type);
Shape CheckedShape(const std::vector<int64_t>& sizes);
// Bytes of a dense tensor, with overflow checks.
size_t CheckedBytes(ElementType type, const Shape& shape);

// Files of external data, mapped once each.
class ExternalFiles {
 public:
  // `folder`: of the model.
  explicit ExternalFiles(std::string folder) : folder_(std::move(folder)) {}
  // The bytes [offset, offset + length) of a file inside the folder. Throws ReadError.
  Bytes Read(const std::string& location, uint64_t offset, uint64_t length);
  // Bytes from `offset` to the end of that file.
  uint64_t Rest(const std::string& location, uint64_t offset);

 private:
  const Bytes& Map(const std::string& location);
  std::string folder_;
  std::map<std::string, Bytes> files_;
};

// Decodes the message in `view`, which is part of `file`. Throws ReadError and protozero's exceptions.
TensorProto ReadTensorProto(data_view view, const Bytes& file, ExternalFiles* external);

// Decodes a SparseTensorProto into a dense tensor, zeros included. Throws as ReadTensorProto.
TensorProto ReadSparseTensorProto(data_view view, const Bytes& file, ExternalFiles* external);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_TENSOR_READER_H_
