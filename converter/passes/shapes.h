// What passes may take as given about shapes when input sizes change: see Value::symbolic_shape and Value::probe.
#ifndef LINNET_CONVERTER_PASSES_SHAPES_H_
#define LINNET_CONVERTER_PASSES_SHAPES_H_

#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// Whether a and b have the same shape, at the default sizes of symbols and at all others.
bool SameShape(const Graph& graph, ValueId a, ValueId b);

// Whether the shape is known, and the same at all sizes of symbols.
bool IsFixed(const Value& value);
// The same of one dimension. REQUIRES: has_shape, i in [0, rank).
bool IsFixed(const Value& value, int i);

// A target for Reshape that gives `value` its shape; a dimension that changes is -1. False if more than one does, or if
// one has size 0, which Reshape would not take as a size.
bool ReshapeTarget(const Value& value, std::vector<int64_t>* target);

// axis in [-rank, rank) -> [0, rank); -1 if it is outside.
int ResolveAxis(int64_t axis, int rank);

// Copies what is known of the type and shape of one value to another.
void CopyType(Graph* graph, ValueId from, ValueId to);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_SHAPES_H_
