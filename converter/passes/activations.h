// Activations as ops of their own and as attributes of other ops.
#ifndef LINNET_CONVERTER_PASSES_ACTIVATIONS_H_
#define LINNET_CONVERTER_PASSES_ACTIVATIONS_H_

#include "converter/graph.h"

namespace linnet::converter {

// The attribute `activation`; null where the op has none.
format::Activation* FusedActivation(Node* node);

// Whether the node has the attribute, at None.
bool HasNoActivation(Node* node);

// The node as an attribute of the op before it. False for other ops, and for a Clip whose bounds are not constant, not
// ordered or NaN.
bool ToActivation(const Graph& graph, const Node& node, format::Activation* activation);

// The bounds of a Relu or Clip whose output is first clamped by `first`, then by `then`: one Clamp for the two.
format::Activation MergeClamps(const format::Activation& first, const format::Activation& then);

// Whether what the node computes is never below zero.
bool IsNonNegative(const Graph& graph, const Node& node);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_ACTIVATIONS_H_
