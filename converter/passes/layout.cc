#include "converter/passes/layout.h"

#include <algorithm>
#include <numeric>

namespace linnet::converter {

Perm ToChannelsLast(int rank) {
  Perm perm = {0};
  for (int d = 2; d < rank; ++d) perm.push_back(d);
  perm.push_back(1);
  return perm;
}

Perm ToChannelsFirst(int rank) {
  Perm perm = {0, rank - 1};
  for (int d = 1; d < rank - 1; ++d) perm.push_back(d);
  return perm;
}

Perm Compose(const Perm& first, const Perm& second) {
  Perm perm(second.size());
  for (size_t i = 0; i < second.size(); ++i) perm[i] = first[second[i]];
  return perm;
}

bool IsIdentity(const Perm& perm) {
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int>(i)) return false;
  }
  return true;
}

bool MovesNothing(const Value& value, const Perm& perm) {
  if (IsIdentity(perm)) return true;
  if (!value.has_shape || static_cast<int>(perm.size()) != value.shape.rank()) return false;
  int former = -1;
  for (int d : perm) {
    const bool fixed_one = value.shape[d] == 1 && !(value.dynamic_shape && value.symbolic_shape[d] < 0);
    if (fixed_one) continue;
    if (d < former) return false;
    former = d;
  }
  return true;
}

Shape Permuted(const Shape& shape, const Perm& perm) {
  Shape result;
  for (int d : perm) result.Append(shape[d]);
  return result;
}

const Perm* TransposePerm(const Node* node) {
  if (node == nullptr || node->op != format::OpCode::Transpose) return nullptr;
  return &node->As<format::TransposeT>().perm;
}

namespace {

// A new value like `source` with another shape.
ValueId AddShaped(Graph* graph, ValueId source, const char* suffix, const Shape& shape, const Shape& symbolic) {
  const ValueId id = graph->AddValue(graph->UniqueName(graph->value(source).name + suffix));
  const Value& from = graph->value(source);
  Value& value = graph->value(id);
  value.type = from.type;
  value.has_shape = from.has_shape;
  value.dynamic_shape = from.dynamic_shape;
  value.shape = shape;
  value.symbolic_shape = symbolic;
  return id;
}

}  // namespace

ValueId AddTranspose(Graph* graph, ValueId input, const Perm& perm, const std::string& node_name) {
  const Value& value = graph->value(input);
  const Shape& symbolic = value.dynamic_shape ? value.symbolic_shape : value.shape;
  const ValueId output = AddShaped(graph, input, "_t", Permuted(value.shape, perm), Permuted(symbolic, perm));
  format::TransposeT attrs;
  attrs.perm = perm;
  graph->AddNode(format::OpCode::Transpose, std::move(attrs), {input}, {output}, node_name);
  return output;
}

ValueId AddReshape(Graph* graph, ValueId input, const std::vector<int64_t>& target, const Shape& result,
                   const std::string& node_name) {
  Shape symbolic = result;
  for (size_t d = 0; d < target.size(); ++d) {
    if (target[d] < 0 || (graph->value(input).dynamic_shape && target[d] == 0)) symbolic[static_cast<int>(d)] = -1;
  }
  const ValueId output = AddShaped(graph, input, "_r", result, symbolic);
  const ValueId shape = graph->AddInts(graph->UniqueName(graph->value(output).name + "_shape"),
                                       {static_cast<int64_t>(target.size())}, target);
  graph->AddNode(format::OpCode::Reshape, format::ReshapeT(), {input, shape}, {output}, node_name);
  return output;
}

void Redirect(Graph* graph, const GraphIndex& index, ValueId output, ValueId replacement) {
  if (!index.is_output(output)) {
    graph->ReplaceUses(output, replacement);
    return;
  }
  Node* producer = index.producer(output);
  producer->op = format::OpCode::Identity;
  producer->attrs.Reset();
  producer->inputs = {replacement};
}

int MergeTransposes(Graph* graph) {
  int changes = 0;
  const GraphIndex index(*graph);
  for (const auto& node : graph->nodes()) {
    const Perm* second = TransposePerm(node.get());
    if (second == nullptr) continue;
    const Node* before = index.producer(node->inputs[0]);
    if (const Perm* first = TransposePerm(before)) {
      node->As<format::TransposeT>().perm = Compose(*first, *second);
      node->inputs[0] = before->inputs[0];
      ++changes;
    }
    if (IsIdentity(node->As<format::TransposeT>().perm)) {
      Redirect(graph, index, node->outputs[0], node->inputs[0]);
      ++changes;
    }
  }
  return changes;
}

namespace {

// Functions of one value whose other operands, if any, are numbers.
bool IsFunction(const Graph& graph, const Node& node) {
  const auto op = node.op;
  if (op < format::OpCode::Abs || op > format::OpCode::Mish || node.outputs.size() != 1 || node.inputs.empty()) return false;
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != kNoValue && graph.value(node.inputs[i]).shape.elements() != 1) return false;
  }
  return node.inputs[0] != kNoValue && graph.value(node.inputs[0]).type == graph.value(node.outputs[0]).type;
}

}  // namespace

int SinkTransposes(Graph* graph) {
  int changes = 0;
  const GraphIndex index(*graph);
  for (const auto& node : graph->nodes()) {
    if (!IsFunction(*graph, *node)) continue;
    Node* transpose = index.producer(node->inputs[0]);
    if (TransposePerm(transpose) == nullptr || index.only_consumer(node->inputs[0]) != node.get()) continue;
    const ValueId source = transpose->inputs[0], between = node->inputs[0];
    const Value& from = graph->value(source);
    Value& value = graph->value(between);  // of the same type, now in the order before
    value.shape = from.shape;
    value.symbolic_shape = from.symbolic_shape;
    value.probe = from.probe;
    node->inputs[0] = source;
    transpose->inputs[0] = between;
    std::swap(node->outputs[0], transpose->outputs[0]);
    ++changes;
  }
  return changes;
}

}  // namespace linnet::converter
