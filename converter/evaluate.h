// Runs IR graphs through the engine itself: shape inference, constant folding and numeric checks exist once, in the ops.
#ifndef LINNET_CONVERTER_EVALUATE_H_
#define LINNET_CONVERTER_EVALUATE_H_

#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// Sets type, shape and has_shape of everything that nodes()[first_node ...] compute, from the shapes of graph inputs
// (symbols at their default sizes), constants and earlier values. Values whose shape depends on data, or on an input of a
// body whose shape is not known, keep has_shape == false. The error names the node.
Status InferShapes(Graph* graph, size_t first_node = 0);

// A tensor's value on the host.
struct HostTensor {
  std::string name;
  ElementType type = ElementType::kUndefined;
  Shape shape;
  std::vector<uint8_t> bytes;
};

// Computes `wanted` values of the graph for the given inputs (one per graph input, in order; shapes may differ from the
// declared ones where those are symbolic). Constants may be in any storage order.
Result<std::vector<HostTensor>> Evaluate(const Graph& graph, const std::vector<HostTensor>& inputs,
                                         const std::vector<ValueId>& wanted);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_EVALUATE_H_
