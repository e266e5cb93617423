// Where a graph can compute in int8.
#ifndef LINNET_CONVERTER_QUANTIZER_SITES_H_
#define LINNET_CONVERTER_QUANTIZER_SITES_H_

#include <set>
#include <vector>

#include "converter/graph.h"
#include "converter/passes/passes.h"

namespace linnet::converter {

// A node that computes in int8.
struct Site {
  size_t node;                 // its index in Graph::nodes()
  bool weighted;               // input 1 is a constant with a scale per output channel, input 2 its bias
  bool same_scale;             // moves values without looking at them: inputs and outputs have one scale
  std::vector<size_t> inputs;  // those that are int8 activations (or constants that stand for them)
};

// Activations that int8 ops do not take (all but Clamp) into nodes of their own, so that the value between gets a range:
//
//   %y = Conv2D(%x, %w) {activation=HardSwish}   ->   %y_linear = Conv2D(%x, %w)
//                                                     %y = HardSwish(%y_linear)
void SplitActivations(Graph* graph);

// Convolutions and matrix products, and what lies between them. Nodes in `kept` stay in float, and so does what leads
// from int8 to nothing but float. In the order of the graph.
std::vector<Site> FindSites(const Graph& graph, const std::set<size_t>& kept);

// The op and its operands alone: whether the node could be a site among others.
bool IsQuantizable(const Graph& graph, const Node& node, Site* site);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_SITES_H_
