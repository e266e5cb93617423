// Stand-ins for ops that only the app has, so that the converter can load and run graphs with such nodes: they give their
// outputs the declared types and shapes and random values, the same for a node each time.
#ifndef LINNET_CONVERTER_CUSTOM_OPS_H_
#define LINNET_CONVERTER_CUSTOM_OPS_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "converter/graph.h"
#include "linnet/custom_op.h"

namespace linnet::converter {

// One for each custom op of a model. Must outlive the models that are opened with ops().
class StandInOps {
 public:
  explicit StandInOps(const format::ModelT& model);
  // Every op of the engine and the stand-ins.
  OpList ops() const;

 private:
  std::set<std::pair<std::string, std::string>> names_;  // domain, name
  std::vector<CustomOp> ops_;
};

// "my.domain::Foo" of each custom op of the graph and its bodies, with the number of its nodes.
std::vector<std::pair<std::string, int>> CustomOpsOf(const Graph& graph);

// Which values hang on a custom op's output of unknown shape: only the app can compute them.
std::vector<bool> BehindUnknownCustomOps(const Graph& graph);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_CUSTOM_OPS_H_
