// Collects everything in a model that cannot be imported, to tell it all at once.
#ifndef LINNET_CONVERTER_ONNX_UNSUPPORTED_OPS_H_
#define LINNET_CONVERTER_ONNX_UNSUPPORTED_OPS_H_

#include <map>
#include <string>
#include <vector>

#include "linnet/status.h"

namespace linnet::converter::onnx {

class UnsupportedOps {
 public:
  // `reason`: what of the op is not supported; "" if all of it.
  void Add(const std::string& domain, const std::string& op_type, int64_t opset, const std::string& node,
           const std::string& reason);
  bool empty() const { return nodes_.empty(); }
  // kUnsupported: a line that counts, then a line for each op with its nodes. REQUIRES: !empty().
  Status ToStatus(const std::string& model) const;

 private:
  std::map<std::string, std::vector<std::string>> nodes_;  // by "Op (ai.onnx, opset 17): reason"
};

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_UNSUPPORTED_OPS_H_
