#include "converter/onnx/importer.h"

#include "converter/onnx/graph_importer.h"
#include "converter/onnx/reader.h"

namespace linnet::converter {

Result<Graph> ImportOnnx(const std::string& path, const ImportOptions& options) {
  Result<onnx::ModelProto> model = onnx::ReadModel(path);
  if (!model.ok()) return std::move(model.status());
  onnx::UnsupportedOps unsupported;
  onnx::GraphImporter importer(*model, options, &unsupported);
  Status status = importer.Import();
  if (!status.ok()) return std::move(status).WithPrefix(path.c_str());
  if (!unsupported.empty()) return unsupported.ToStatus(path);
  return importer.TakeGraph();
}

}  // namespace linnet::converter
