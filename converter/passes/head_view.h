// How an operand of an attention product lies in the projection that it comes from.
#ifndef LINNET_CONVERTER_PASSES_HEAD_VIEW_H_
#define LINNET_CONVERTER_PASSES_HEAD_VIEW_H_

#include "converter/graph.h"

namespace linnet::converter {

// [..., heads, rows, columns], or [..., heads, columns, rows] where `transposed`, is `factor` times columns [offset, offset + size)
// of `source` [..., rows, R]; size = heads * columns.
struct HeadOperand {
  ValueId source = kNoValue;
  int64_t heads = 0;  // 0: it is no such thing
  int64_t offset = 0, size = 0;
  bool transposed = false;
  double factor = 1;
};

// Follows `id` back through Reshape, Transpose, Split, Slice, Gather, Squeeze and scalar factors to the farthest value in whose last
// dimension all heads lie. `left`: the operand may not be transposed.
HeadOperand FindHeads(const Graph& graph, const GraphIndex& index, ValueId id, bool left);

// Whether an operand or the result of a MatMul lies in heads; integer products have none.
bool HasHeads(const Node& node);

// Reshape and its kin, which leave all elements where they are.
bool ChangesShapeOnly(const Node& node);
// Whether dimension i of a is dimension j of b, at the default sizes of symbols and at all others.
bool SameSize(const Value& a, int i, const Value& b, int j);
// Whether `node` multiplies (divides) `x` by one constant number; *factor is what it multiplies by.
bool ReadFactor(const Graph& graph, const Node& node, ValueId x, double* factor);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_HEAD_VIEW_H_
