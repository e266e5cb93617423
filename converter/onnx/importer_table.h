// Which ONNX ops can be imported, and by what.
#ifndef LINNET_CONVERTER_ONNX_IMPORTER_TABLE_H_
#define LINNET_CONVERTER_ONNX_IMPORTER_TABLE_H_

#include "converter/onnx/import_context.h"

namespace linnet::converter::onnx {

// Emits the engine ops for ctx.node() and sets every output that the node has.
using ImportFunction = Status (*)(ImportContext& ctx);

struct ImporterEntry {
  const char* domain;
  const char* op_type;
  int since;  // opset from which on this entry holds
  ImportFunction import;
  OpCode op = OpCode::Custom;  // what ctx.op() is, for functions that serve several ops
};

// The entry for an op at an opset; null if there is none.
const ImporterEntry* FindImporter(const std::string& domain, const std::string& op_type, int64_t opset);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_IMPORTER_TABLE_H_
