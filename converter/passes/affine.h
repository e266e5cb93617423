// Nodes that compute x * scale + shift with one constant scale and shift per channel, the last dimension.
#ifndef LINNET_CONVERTER_PASSES_AFFINE_H_
#define LINNET_CONVERTER_PASSES_AFFINE_H_

#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

struct Affine {
  ValueId x = kNoValue;
  std::vector<double> scale, shift;  // [C]

  bool scales() const;  // some scale is not 1
  bool shifts() const;  // some shift is not 0
};

// Whether `node` (before its activation) is such a node: ScaleShift, or Add, Sub, Mul, Div with a constant, or Neg; of
// float32, with C known and fixed and the result as large as x.
bool ReadAffine(const Graph& graph, const Node& node, Affine* affine);

// second(first(x)).
Affine Compose(const Affine& first, const Affine& second);

// Makes `node` compute `affine` by one Mul, Add or ScaleShift; its activation stays. False, and nothing changed, where a
// number is too large for float32.
bool MakeAffine(Graph* graph, const Affine& affine, Node* node);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_AFFINE_H_
