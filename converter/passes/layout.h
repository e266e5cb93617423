// Shared by the parts of the layout pass: permutations, transposes and what they cost.
#ifndef LINNET_CONVERTER_PASSES_LAYOUT_H_
#define LINNET_CONVERTER_PASSES_LAYOUT_H_

#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// As Transpose's perm: output dimension i is input dimension perm[i].
using Perm = std::vector<int>;

// [n, c, spatial...] -> [n, spatial..., c] and back.
Perm ToChannelsLast(int rank);
Perm ToChannelsFirst(int rank);
// The perm of Transpose(second) after Transpose(first).
Perm Compose(const Perm& first, const Perm& second);
bool IsIdentity(const Perm& perm);
// True if the transpose leaves the order of the elements in memory: only dimensions of size 1 change places.
bool MovesNothing(const Value& value, const Perm& perm);
Shape Permuted(const Shape& shape, const Perm& perm);

// The node's perm if it is a Transpose, else null.
const Perm* TransposePerm(const Node* node);

// Appends a Transpose of `input` (or of a lifted or constant one) and returns its output, with its shape set. The graph
// must be sorted afterwards.
ValueId AddTranspose(Graph* graph, ValueId input, const Perm& perm, const std::string& node_name);
// As AddTranspose for a Reshape to `shape`, in which 0 copies the input's dimension.
ValueId AddReshape(Graph* graph, ValueId input, const std::vector<int64_t>& target, const Shape& result,
                   const std::string& node_name);
// Makes `node`'s only output `output` by another node's result: an Identity where `output` is a graph output, whose name
// must stay, and otherwise by replacing its uses.
void Redirect(Graph* graph, const GraphIndex& index, ValueId output, ValueId replacement);

// The steps of OptimizeLayout. Each returns the number of rewrites and leaves a graph with shapes.
// Transpose after Transpose becomes one, or none.
int MergeTransposes(Graph* graph);
// Regions of ops that work in any order of dimensions take the order in which fewer bytes are transposed.
int SwitchRegions(Graph* graph, std::vector<std::string>* log);
// Functions of single elements go before the Transpose that they read, so that it meets the transposes and reshapes behind them, and
// they meet the op whose activation they can be. The graph must be sorted afterwards.
int SinkTransposes(Graph* graph);
// Chains of Transpose and Reshape become Reshape, or Reshape + one Transpose + Reshape.
int MergeChains(Graph* graph);

// Channel shuffles become Gathers along the channels, which regions can switch, and back.
int FindShuffles(Graph* graph);
int RestoreShuffles(Graph* graph);

// How an op can work on transposed tensors.
struct SwitchPorts {
  int rank = 0;                 // of the tensors whose order changes
  std::vector<int> inputs;      // indices of inputs that carry the order (also broadcast operands of lower rank)
  std::vector<int> outputs;     // indices of outputs that carry it; others are the same in both orders
};
// False if the node works in one order only.
bool FindSwitchPorts(const Graph& graph, const Node& node, SwitchPorts* ports);
// Rewrites the node's attributes and constant operands (axes, pads ...) from channels first to channels last. The inputs
// and outputs that carry the order are the caller's to replace.
void SwitchAttributes(Graph* graph, Node* node, const SwitchPorts& ports);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_LAYOUT_H_
