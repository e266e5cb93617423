// ONNX model -> Graph. One importer file per group of ops registers its functions in one table (importer_table.cc).
#ifndef LINNET_CONVERTER_ONNX_IMPORTER_H_
#define LINNET_CONVERTER_ONNX_IMPORTER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

struct ImportOptions {
  // Sizes that pin an input's dimensions (convert --shape NAME=1x3x224x224).
  std::map<std::string, std::vector<int64_t>> shapes;
  // Sizes that symbolic dimensions are planned at (convert --default-shape).
  std::map<std::string, std::vector<int64_t>> default_shapes;
  // Other symbols: 1 where one is the first dimension of an input (the batch), else this.
  int64_t free_size = 1;
  // "domain::Name" of nodes to keep as Custom ops.
  std::set<std::string> custom_ops;
};

// Reads the model at `path` (opset 1 to the newest; external data beside it, which must not leave its folder). Errors:
// kNotFound / kIoError (path), kInvalidModel (what, where), kUnsupported (all unsupported ops at once, with node names
// and opset).
Result<Graph> ImportOnnx(const std::string& path, const ImportOptions& options);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_ONNX_IMPORTER_H_
