#include "converter/onnx/unsupported_ops.h"

#include <algorithm>

namespace linnet::converter::onnx {

void UnsupportedOps::Add(const std::string& domain, const std::string& op_type, int64_t opset, const std::string& node,
                         const std::string& reason) {
  std::string op = op_type + " (" + (domain.empty() ? "ai.onnx" : domain) + ", opset " + std::to_string(opset) + ")";
  if (!reason.empty()) op += ": " + reason;
  nodes_[op].push_back(node);
}

Status UnsupportedOps::ToStatus(const std::string& model) const {
  constexpr size_t kMostNames = 5;
  std::string lines;
  for (const auto& [op, nodes] : nodes_) {
    lines += "\n  " + op + ": " + (nodes.size() == 1 ? "node" : std::to_string(nodes.size()) + " nodes");
    for (size_t i = 0; i < std::min(nodes.size(), kMostNames); ++i) lines += (i > 0 ? ", '" : " '") + nodes[i] + "'";
    if (nodes.size() > kMostNames) lines += " ...";
  }
  return Status::Error(StatusCode::kUnsupported, "%s: %zu %s not supported:%s", model.c_str(), nodes_.size(),
                       nodes_.size() == 1 ? "op is" : "ops are", lines.c_str());
}

}  // namespace linnet::converter::onnx
