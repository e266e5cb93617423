#include "converter/passes/shapes.h"

namespace linnet::converter {

bool SameShape(const Graph& graph, ValueId a, ValueId b) {
  if (a == b) return true;
  const Value& left = graph.value(a);
  const Value& right = graph.value(b);
  if (!left.has_shape || !right.has_shape || left.shape != right.shape) return false;
  if (!left.dynamic_shape && !right.dynamic_shape) return true;
  // A symbol whose default size is 1 looks like a broadcast dimension, except at the probe's sizes.
  return left.dynamic_shape && right.dynamic_shape && left.probe.has_shape && right.probe.has_shape &&
         left.probe.shape == right.probe.shape;
}

bool IsFixed(const Value& value) { return value.has_shape && !value.dynamic_shape; }

bool IsFixed(const Value& value, int i) { return IsFixed(value) || value.symbolic_shape[i] >= 0; }

bool ReshapeTarget(const Value& value, std::vector<int64_t>* target) {
  if (!value.has_shape) return false;
  target->assign(value.shape.begin(), value.shape.end());
  int changing = 0;
  for (int i = 0; i < value.shape.rank(); ++i) {
    if (value.shape[i] == 0) return false;
    if (IsFixed(value, i)) continue;
    (*target)[i] = -1;
    ++changing;
  }
  return changing <= 1;
}

int ResolveAxis(int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) return -1;
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

void CopyType(Graph* graph, ValueId from, ValueId to) {
  const Value& source = graph->value(from);
  Value& target = graph->value(to);
  target.type = source.type;
  target.shape = source.shape;
  target.has_shape = source.has_shape;
  target.dynamic_shape = source.dynamic_shape;
  target.symbolic_shape = source.symbolic_shape;
  target.probe = source.probe;
}

}  // namespace linnet::converter
