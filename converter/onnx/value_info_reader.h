// ValueInfoProto: the declared type of an input, an output or a value between.
#ifndef LINNET_CONVERTER_ONNX_VALUE_INFO_READER_H_
#define LINNET_CONVERTER_ONNX_VALUE_INFO_READER_H_

#include "converter/onnx/model.h"
#include "converter/onnx/wire.h"

namespace linnet::converter::onnx {

// Decodes the message in `view`. Throws ReadError and protozero's exceptions.
ValueInfoProto ReadValueInfoProto(data_view view, Location* location);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_VALUE_INFO_READER_H_
